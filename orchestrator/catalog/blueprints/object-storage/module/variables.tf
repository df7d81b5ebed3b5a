variable "name" {
  description = "Name of the bucket, unique across all AWS accounts: 3 to 63 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "The bucket name must have 3 to 63 characters, only lower-case letters, digits and hyphens, and begin and end with a letter or a digit."
  }

  validation {
    condition     = !startswith(var.name, "xn--") && !startswith(var.name, "sthree-") && !startswith(var.name, "amzn-s3-demo-") && !endswith(var.name, "-s3alias") && !endswith(var.name, "--ol-s3") && !endswith(var.name, "--x-s3")
    error_message = "The bucket name must not begin with xn--, sthree- or amzn-s3-demo-, nor end with -s3alias, --ol-s3 or --x-s3: AWS keeps these for itself."
  }
}

variable "versioning" {
  description = "Keep the old versions of objects that are overwritten or deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "noncurrent_days" {
  description = "Days after which old versions of objects are deleted for good."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.noncurrent_days >= 1 && var.noncurrent_days <= 3650 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "The days to keep old versions must be a whole number from 1 to 3650."
  }
}

variable "expire_days" {
  description = "Days after which objects are deleted; 0 keeps them for ever."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.expire_days >= 0 && var.expire_days <= 36500 && floor(var.expire_days) == var.expire_days
    error_message = "The days until objects expire must be a whole number from 0 (never) to 36500."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the objects; empty uses the keys that S3 manages."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", var.kms_key_arn))
    error_message = "The KMS key must be an ARN such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, or empty."
  }
}

variable "force_destroy" {
  description = "Allow the bucket to be deleted while objects are in it; they are lost."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Further tags for the bucket."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
