variable "name" {
  description = "Name of the queue, without the ending .fifo."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,70}$", var.name))
    error_message = "The queue name must have 1 to 70 characters, only letters, digits, hyphens and underscores."
  }
}

variable "fifo" {
  description = "Deliver messages in order and exactly once."
  type        = bool
  default     = false
  nullable    = false
}

variable "retention_days" {
  description = "Days for which a message nobody takes is kept."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 14 && floor(var.retention_days) == var.retention_days
    error_message = "The days to keep messages must be a whole number from 1 to 14."
  }
}

variable "visibility_seconds" {
  description = "Seconds a consumer has for a message before somebody else gets it."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.visibility_seconds >= 0 && var.visibility_seconds <= 43200 && floor(var.visibility_seconds) == var.visibility_seconds
    error_message = "The visibility time must be a whole number of seconds from 0 to 43200 (12 hours)."
  }
}

variable "max_receives" {
  description = "How often a message is delivered before it goes to the dead-letter queue."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_receives >= 1 && var.max_receives <= 1000 && floor(var.max_receives) == var.max_receives
    error_message = "The number of deliveries must be a whole number from 1 to 1000."
  }
}

variable "kms_key_id" {
  description = "Id, alias or ARN of the KMS key that encrypts the messages; empty uses the keys that SQS manages."
  type        = string
  default     = ""
  nullable    = false
}

variable "tags" {
  description = "Further tags for both queues."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
