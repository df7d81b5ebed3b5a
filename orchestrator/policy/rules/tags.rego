# What is in production says whose it is.
package infrachat

import rego.v1

ours := ["infrachat:stack", "infrachat:environment"]

touched := [resource |
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	some action in resource.change.actions
	action in {"create", "update"}
	is_object(resource.change.after.tags_all)
]

in_production if startswith(input.request.environment, "prod")

shown(resource) := input.changes[resource.address].address

deny contains finding if {
	in_production
	some resource in touched
	some tag in ours
	not resource.change.after.tags_all[tag]
	object.get(object.get(resource.change, "after_unknown", {}), "tags_all", false) != true
	finding := {
		"message": ["%s lacks the tag %s: the module's own provider leaves it out.", shown(resource), tag],
		"resource": resource.address,
	}
}

without_owner := [shown(resource) |
	some resource in touched
	not resource.change.after.tags_all.owner
]

warn contains finding if {
	in_production
	count(without_owner) > 0
	finding := {
		"message": ["Without the tag owner: %s.", concat(", ", array.slice(without_owner, 0, 5))],
		"slots": [slot | some slot in ["tags"]; input.request.values[slot]],
	}
}
