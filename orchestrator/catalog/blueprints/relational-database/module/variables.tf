variable "name" {
  description = "Name of the database server: 2 to 50 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){1,49}$", var.name)) && length(var.name) <= 50
    error_message = "The database name must have 2 to 50 characters, only lower-case letters, digits and single hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "engine" {
  description = "Which database: postgres or mysql."
  type        = string
  default     = "postgres"
  nullable    = false

  validation {
    condition     = contains(["postgres", "mysql"], var.engine)
    error_message = "The engine must be postgres or mysql."
  }
}

variable "instance_class" {
  description = "Size of the server, such as db.t4g.micro or db.r6g.large."
  type        = string
  default     = "db.t4g.micro"
  nullable    = false

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "The instance class must be one such as db.t4g.micro."
  }
}

variable "storage_gb" {
  description = "Gigabytes of storage to begin with; it grows by itself up to five times as much."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 6000 && floor(var.storage_gb) == var.storage_gb
    error_message = "The storage must be a whole number of gigabytes from 20 to 6000."
  }
}

variable "database_name" {
  description = "Name of the first database on the server."
  type        = string
  default     = "app"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database_name))
    error_message = "The first database's name must have 1 to 63 lower-case letters, digits and underscores, and begin with a letter."
  }
}

variable "multi_az" {
  description = "Keep a second server in another availability zone that takes over when the first fails; costs twice as much."
  type        = bool
  default     = false
  nullable    = false
}

variable "backup_days" {
  description = "Days for which the database can be brought back to any moment."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35 && floor(var.backup_days) == var.backup_days
    error_message = "Backups are kept for a whole number of days from 1 to 35."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the database until this is switched off."
  type        = bool
  default     = false
  nullable    = false
}

variable "final_snapshot" {
  description = "Take a last snapshot when the database is deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "subnet_ids" {
  description = "Ids of the subnets the database may live in (of two availability zones at least, better private ones); empty takes those of the account's default network."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", each))])
    error_message = "Each subnet must be an id such as subnet-0123456789abcdef0."
  }
}

variable "allowed_cidrs" {
  description = "IPv4 ranges from which the database is reached, such as 10.0.0.0/16; empty lets none in."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.allowed_cidrs : can(cidrnetmask(each)) && !endswith(each, "/0")])
    error_message = "Each range must be an IPv4 block in CIDR notation, such as 10.0.0.0/16, and not the whole internet."
  }
}

variable "allowed_security_group_ids" {
  description = "Security groups whose members reach the database, such as sg-0123456789abcdef0."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.allowed_security_group_ids : can(regex("^sg-[0-9a-f]{8,17}$", each))])
    error_message = "Each security group must be an id such as sg-0123456789abcdef0."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the storage; empty uses the account's key of the service."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", var.kms_key_arn))
    error_message = "The KMS key must be an ARN such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, or empty."
  }
}

variable "tags" {
  description = "Further tags for everything that belongs to the database."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
