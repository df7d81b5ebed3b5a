"""A generated module with the shapes of large public ones: 236 variables, of every type expression there is."""

from collections.abc import Iterator

VARIABLES = 236

_TOP = """\
terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

locals {
  tags = merge(var.tags, { Module = "platform" })
}

resource "aws_sqs_queue" "this" {
  count = var.create ? 1 : 0

  name                       = var.name
  visibility_timeout_seconds = var.timeout_seconds
  tags                       = local.tags
}

output "queue_arn" {
  description = "ARN of the queue."
  value       = try(aws_sqs_queue.this[0].arn, null)
}

output "admin_password" {
  value     = var.admin_password
  sensitive = true
}

variable "create" {
  description = "Controls if anything is made at all."
  type        = bool
  default     = true
}

variable "name" {
  description = "Name to be used on all the resources as identifier"
  type        = string
  default     = ""
}

variable "tags" {
  description = "A map of tags to add to all resources"
  type        = map(string)
  default     = {}
}

variable "timeout_seconds" {
  description = "How long a message stays hidden."
  type        = number
  default     = 30
  validation {
    condition     = var.timeout_seconds >= 0 && var.timeout_seconds <= 43200
    error_message = "The timeout must be between 0 and 43200 seconds."
  }
}

variable "admin_password" {
  description = "For the administrator."
  type        = string
  default     = null
  sensitive   = true
}
"""

_SHAPES = (
    (
        "string",
        '"10.0.0.0/16"',
        "The address range of part {n}. The default is valid, but not acceptable to AWS",
    ),
    ("string", "null", "Overrides what part {n} is called"),
    ("bool", "false", "Should be true to enable part {n}"),
    ("bool", "null", "Whether part {n} answers; see `part_{n}`"),
    ("number", "60", "Seconds for part {n}"),
    ("list(string)", "[]", "A list of subnets of part {n}"),
    ("set(number)", "[1, 2]", "Ports of part {n}"),
    ("map(string)", '{{ "a" = "b", c = "$${{d}}" }}', "Tags of part {n}"),
    ("list(map(string))", '[{{ rule_number = 100, protocol = "-1" }}]', "Inbound rules of part {n}"),
    ("any", "{{}}", "Map containing the configuration of part {n}"),
    ("list(any)", "[]", "Rules of part {n}"),
    ("tuple([string, number, bool])", '["a", 1, true]', "Three things of part {n}"),
    (
        "object({{\n    enabled = optional(bool, false)\n    days    = optional(number)\n"
        '    rules = optional(list(object({{\n      id     = string\n      prefix = optional(string, "logs/")\n'
        '      transitions = optional(map(object({{ days = number, class = optional(string, "GLACIER") }})), {{}})\n'
        "    }})), [])\n  }})",
        "{{}}",
        "How part {n} forgets",
    ),
    ("map(object({{ cidrs = optional(list(string)), name = string }}))", "{{}}", "Networks of part {n}"),
    ('object({{ first = any, second = optional(tuple([number, string]), [1, "x"]) }})', "null", "Pair of part {n}"),
)


def large_module(number: int = VARIABLES) -> dict[str, bytes]:
    """The files of a module with so many variables."""
    own = _TOP.count("\nvariable ")
    return {
        "main.tf": _TOP.encode(),
        "variables.tf": "\n".join(_variables(number - own)).encode(),
        "README.md": b"# Platform\n\n[![badge](x)](y)\n\nTerraform module which makes a [platform](z) of many parts.\n",
    }


def _variables(number: int) -> Iterator[str]:
    for n in range(number):
        type_, default, description = _SHAPES[n % len(_SHAPES)]
        yield (
            f'variable "part_{n}_{"enabled" if "bool" in type_ else "setting"}" {{\n'
            f'  description = "{description.format(n=n)}"\n'
            f"  type        = {type_.format()}\n  default     = {default.format()}\n"
            f"{_NULLABLE if n % 7 == 0 and default != 'null' else ''}}}\n"
        )


_NULLABLE = "  nullable    = false\n"
