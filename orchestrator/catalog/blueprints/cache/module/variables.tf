variable "name" {
  description = "Name of the cache: 2 to 34 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){1,33}$", var.name)) && length(var.name) <= 34
    error_message = "The cache name must have 2 to 34 characters, only lower-case letters, digits and single hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "node_type" {
  description = "Size of each node, such as cache.t4g.micro or cache.r7g.large."
  type        = string
  default     = "cache.t4g.micro"
  nullable    = false

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.node_type))
    error_message = "The node type must be one such as cache.t4g.micro."
  }
}

variable "replicas" {
  description = "Copies in other availability zones, of which one takes over when the first node fails; 0 has none."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 5 && floor(var.replicas) == var.replicas
    error_message = "The number of replicas must be a whole number from 0 to 5."
  }
}

variable "snapshot_days" {
  description = "Days for which daily snapshots are kept; 0 takes none."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.snapshot_days >= 0 && var.snapshot_days <= 35 && floor(var.snapshot_days) == var.snapshot_days
    error_message = "Snapshots are kept for a whole number of days from 0 to 35."
  }
}

variable "password" {
  description = "Password that clients must give, 16 to 128 letters, digits and !&#$^<>-; empty lets in whoever the network lets in."
  type        = string
  default     = ""
  nullable    = false
  sensitive   = true

  validation {
    condition     = can(regex("^([A-Za-z0-9!&#$^<>-]{16,128})?$", var.password))
    error_message = "The password must have 16 to 128 characters, only letters, digits and !&#$^<>-, or be empty."
  }
}

variable "subnet_ids" {
  description = "Ids of the subnets the cache may live in (better private ones); empty takes those of the account's default network."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", each))])
    error_message = "Each subnet must be an id such as subnet-0123456789abcdef0."
  }
}

variable "allowed_cidrs" {
  description = "IPv4 ranges from which the cache is reached, such as 10.0.0.0/16; empty lets none in."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.allowed_cidrs : can(cidrnetmask(each)) && !endswith(each, "/0")])
    error_message = "Each range must be an IPv4 block in CIDR notation, such as 10.0.0.0/16, and not the whole internet."
  }
}

variable "allowed_security_group_ids" {
  description = "Security groups whose members reach the cache, such as sg-0123456789abcdef0."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.allowed_security_group_ids : can(regex("^sg-[0-9a-f]{8,17}$", each))])
    error_message = "Each security group must be an id such as sg-0123456789abcdef0."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the data on disk; empty uses the account's key of the service."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", var.kms_key_arn))
    error_message = "The KMS key must be an ARN such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, or empty."
  }
}

variable "tags" {
  description = "Further tags for everything that belongs to the cache."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
