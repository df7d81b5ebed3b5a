variable "name" {
  description = "Name of the table: 3 to 255 letters, digits, dots, hyphens and underscores."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.name))
    error_message = "The table name must have 3 to 255 characters, only letters, digits, dots, hyphens and underscores."
  }
}

variable "partition_key" {
  description = "Attribute by which items are found; it cannot be changed later without making the table anew."
  type        = string
  default     = "id"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{1,255}$", var.partition_key))
    error_message = "The partition key must have 1 to 255 letters, digits, dots, hyphens and underscores."
  }
}

variable "partition_key_type" {
  description = "What the partition key holds: text, number or binary."
  type        = string
  default     = "text"
  nullable    = false

  validation {
    condition     = contains(["text", "number", "binary"], var.partition_key_type)
    error_message = "The type of the partition key must be text, number or binary."
  }
}

variable "sort_key" {
  description = "Second attribute, by which the items of one partition key are ordered; empty has none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{0,255}$", var.sort_key))
    error_message = "The sort key must have at most 255 letters, digits, dots, hyphens and underscores, or be empty."
  }

  validation {
    condition     = var.sort_key != var.partition_key
    error_message = "The sort key must be another attribute than the partition key."
  }
}

variable "sort_key_type" {
  description = "What the sort key holds: text, number or binary."
  type        = string
  default     = "text"
  nullable    = false

  validation {
    condition     = contains(["text", "number", "binary"], var.sort_key_type)
    error_message = "The type of the sort key must be text, number or binary."
  }
}

variable "ttl_attribute" {
  description = "Attribute with the time (seconds since 1970) after which an item deletes itself; empty keeps items for ever."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{0,255}$", var.ttl_attribute))
    error_message = "The expiry attribute must have at most 255 letters, digits, dots, hyphens and underscores, or be empty."
  }
}

variable "point_in_time_recovery" {
  description = "Keep backups of the last 35 days, so that the table can be brought back to any second of them."
  type        = bool
  default     = true
  nullable    = false
}

variable "deletion_protection" {
  description = "Refuse to delete the table until this is switched off."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the table; empty uses the keys that AWS owns."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", var.kms_key_arn))
    error_message = "The KMS key must be an ARN such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, or empty."
  }
}

variable "tags" {
  description = "Further tags for the table."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
