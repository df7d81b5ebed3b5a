# Nothing is larger than its environment allows.
package infrachat

import rego.v1

order := [
	"nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "3xlarge", "4xlarge", "6xlarge", "8xlarge",
	"9xlarge", "10xlarge", "12xlarge", "16xlarge", "18xlarge", "24xlarge", "32xlarge", "48xlarge", "metal",
]

# The largest size, by environment; elsewhere the last one.
largest := {"sandbox": "medium", "staging": "xlarge"}

largest_elsewhere := "4xlarge"

# The most storage in GB.
most_storage := {"sandbox": 100, "staging": 500}

most_storage_elsewhere := 4000

kinds := {
	"aws_db_instance": "instance_class",
	"aws_elasticache_cluster": "node_type",
	"aws_elasticache_replication_group": "node_type",
	"aws_instance": "instance_type",
	"aws_rds_cluster_instance": "instance_class",
}

storages := {"aws_db_instance": "allocated_storage", "aws_ebs_volume": "size"}

place := input.request.environment

size_limit := object.get(largest, place, largest_elsewhere)

storage_limit := object.get(most_storage, place, most_storage_elsewhere)

touched := [resource |
	some resource in input.plan.resource_changes
	resource.mode == "managed"
	some action in resource.change.actions
	action in {"create", "update"}
]

shown(resource) := input.changes[resource.address].address

slots(resource, attribute) := object.get(input.changes[resource.address].attributes, attribute, [])

# What comes after the last dot of m5.xlarge or db.t3.small.
size(kind) := part if {
	parts := split(kind, ".")
	part := parts[count(parts) - 1]
}

rank(name) := at if {
	some at, each in order
	each == name
}

too_large(name) if rank(name) > rank(size_limit)

# A size that this list does not know may be any size.
too_large(name) if not rank(name)

family(kind) := concat(".", array.slice(parts, 0, count(parts) - 1)) if parts := split(kind, ".")

deny contains finding if {
	some resource in touched
	kind := resource.change.after[kinds[resource.type]]
	is_string(kind)
	too_large(size(kind))
	decided := slots(resource, kinds[resource.type])
	finding := {
		"message": ["%s is %s; in %s nothing may be larger than %s.", shown(resource), kind, place, size_limit],
		"resource": resource.address,
		"suggest": {slot: concat(".", [family(kind), size_limit]) |
			some slot in decided
			input.request.values[slot] == kind
		},
		"slots": decided,
	}
}

deny contains finding if {
	some resource in touched
	storage := resource.change.after[storages[resource.type]]
	is_number(storage)
	storage > storage_limit
	decided := slots(resource, storages[resource.type])
	finding := {
		"message": ["%s has %s GB; in %s at most %s GB are allowed.", shown(resource), storage, place, storage_limit],
		"resource": resource.address,
		"suggest": {slot: storage_limit | some slot in decided; input.request.values[slot] == storage},
		"slots": decided,
	}
}
