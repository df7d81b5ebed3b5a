# Nothing is destroyed in production without two approvals.
package infrachat

import rego.v1

approve contains demand if {
	startswith(input.request.environment, "prod")
	gone := [change.address | some change in input.changes; change.action in {"delete", "replace"}]
	count(gone) > 0
	demand := {
		"needed": "two",
		"message": ["In production %s resource(s) would be deleted or replaced: two others must approve that.", count(gone)],
	}
}
