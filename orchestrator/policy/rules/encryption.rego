# Data is encrypted where it is kept.
package infrachat

import rego.v1

# The argument that must be on.
switches := {
	"aws_db_instance": "storage_encrypted",
	"aws_docdb_cluster": "storage_encrypted",
	"aws_ebs_volume": "encrypted",
	"aws_efs_file_system": "encrypted",
	"aws_elasticache_replication_group": "at_rest_encryption_enabled",
	"aws_neptune_cluster": "storage_encrypted",
	"aws_rds_cluster": "storage_encrypted",
	"aws_redshift_cluster": "encrypted",
}

touched := [resource |
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	some action in resource.change.actions
	action in {"create", "update"}
]

shown(resource) := input.changes[resource.address].address

slots(resource, attribute) := object.get(input.changes[resource.address].attributes, attribute, [])

# Some types give the switch as a text.
is_on(value) if value in {true, "true"}

deny contains finding if {
	some resource in touched
	switch := switches[resource.type]
	not is_on(object.get(resource.change.after, switch, false))
	object.get(resource.change.after_unknown, switch, false) == false
	finding := {
		"message": ["%s is not encrypted: %s is off.", shown(resource), switch],
		"resource": resource.address,
		"suggest": {slot: true | some slot in slots(resource, switch); input.request.values[slot] == false},
		"slots": slots(resource, switch),
	}
}

deny contains finding if {
	some resource in touched
	resource.type == "aws_sqs_queue"
	object.get(resource.change.after, "sqs_managed_sse_enabled", null) == false
	object.get(resource.change.after, "kms_master_key_id", null) in {null, ""}
	object.get(resource.change.after_unknown, "kms_master_key_id", false) == false
	finding := {
		"message": ["%s is not encrypted: it has neither SQS's own keys nor one of yours.", shown(resource)],
		"resource": resource.address,
		"slots": slots(resource, "sqs_managed_sse_enabled"),
	}
}

warn contains finding if {
	some resource in touched
	switch := switches[resource.type]
	object.get(resource.change.after_unknown, switch, false) == true
	finding := {
		"message": ["Whether %s is encrypted is known only when it is applied.", shown(resource)],
		"resource": resource.address,
	}
}
