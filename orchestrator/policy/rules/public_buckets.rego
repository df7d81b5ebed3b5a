# No bucket is open to the public.
package infrachat

import rego.v1

touched := [resource |
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	some action in resource.change.actions
	action in {"create", "update"}
]

locks := ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]

open_acls := {"public-read", "public-read-write", "authenticated-read"}

shown(resource) := input.changes[resource.address].address

slots(resource, attribute) := object.get(input.changes[resource.address].attributes, attribute, [])

deny contains finding if {
	some resource in touched
	resource.type == "aws_s3_bucket_public_access_block"
	some lock in locks
	object.get(resource.change.after, lock, false) == false
	object.get(resource.change.after_unknown, lock, false) == false
	finding := {
		"message": ["%s lets the public in: %s is off.", shown(resource), lock],
		"resource": resource.address,
		"suggest": {slot: true | some slot in slots(resource, lock); input.request.values[slot] == false},
		"slots": slots(resource, lock),
	}
}

deny contains finding if {
	some resource in touched
	resource.type in {"aws_s3_bucket", "aws_s3_bucket_acl"}
	resource.change.after.acl in open_acls
	finding := {
		"message": ["%s is open to the public: its acl is %s.", shown(resource), resource.change.after.acl],
		"resource": resource.address,
		"suggest": {slot: "private" | some slot in slots(resource, "acl"); input.request.values[slot] in open_acls},
		"slots": slots(resource, "acl"),
	}
}

deny contains finding if {
	some resource in touched
	resource.type == "aws_s3_bucket_policy"
	json.is_valid(resource.change.after.policy)
	some statement in statements(json.unmarshal(resource.change.after.policy))
	statement.Effect == "Allow"
	for_everybody(statement)
	count(object.get(statement, "Condition", {})) == 0
	finding := {
		"message": ["%s allows everybody something, without a condition.", shown(resource)],
		"resource": resource.address,
		"slots": slots(resource, "policy"),
	}
}

warn contains finding if {
	some resource in touched
	resource.type == "aws_s3_bucket_policy"
	resource.change.after_unknown.policy == true
	count(closed) == 0
	finding := {
		"message": ["%s is known only when it is applied, and nothing here keeps the public out.", shown(resource)],
		"resource": resource.address,
	}
}

closed := [resource |
	some resource in input.plan.resource_changes
	resource.type == "aws_s3_bucket_public_access_block"
	every lock in locks { resource.change.after[lock] == true }
]

statements(policy) := policy.Statement if is_array(policy.Statement)

statements(policy) := [policy.Statement] if is_object(policy.Statement)

for_everybody(statement) if statement.Principal == "*"

for_everybody(statement) if statement.Principal.AWS == "*"

for_everybody(statement) if {
	some principal in statement.Principal.AWS
	principal == "*"
}
