variable "name" {
  description = "Name of the role: 1 to 64 letters, digits and +=,.@_-."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "The role's name must have 1 to 64 characters, only letters, digits and +=,.@_-."
  }
}

variable "runs_on" {
  description = "Where the application runs: ecs (containers), ec2 (servers) or lambda (functions)."
  type        = string
  default     = "ecs"
  nullable    = false

  validation {
    condition     = contains(["ecs", "ec2", "lambda"], var.runs_on)
    error_message = "The application must run on ecs, ec2 or lambda."
  }
}

variable "read_buckets" {
  description = "Names of the buckets whose objects the application may read."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.read_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", each))])
    error_message = "Each bucket to read must be the name of one bucket, such as acme-reports, without wildcards."
  }
}

variable "write_buckets" {
  description = "Names of the buckets whose objects the application may read, write and delete."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.write_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", each))])
    error_message = "Each bucket to write must be the name of one bucket, such as acme-reports, without wildcards."
  }
}

variable "queue_arns" {
  description = "ARNs of the queues the application may send to and take messages from."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.queue_arns : can(regex("^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+$", each))])
    error_message = "Each queue must be the ARN of one queue, such as arn:aws:sqs:eu-central-1:123456789012:orders, without wildcards."
  }
}

variable "table_arns" {
  description = "ARNs of the key-value tables the application may read and write."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.table_arns : can(regex("^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]+$", each))])
    error_message = "Each table must be the ARN of one table, such as arn:aws:dynamodb:eu-central-1:123456789012:table/carts, without wildcards."
  }
}

variable "secret_arns" {
  description = "ARNs of the secrets in Secrets Manager that the application may read."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", each))])
    error_message = "Each secret must be the ARN of one secret in Secrets Manager, without wildcards."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that limits what the role can ever be given; empty sets no such limit."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.permissions_boundary_arn == "" || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "The permissions boundary must be the ARN of a policy, such as arn:aws:iam::123456789012:policy/boundary, or empty."
  }
}

variable "tags" {
  description = "Further tags for the role."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
