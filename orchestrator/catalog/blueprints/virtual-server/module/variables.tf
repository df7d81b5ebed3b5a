variable "name" {
  description = "Name of the server."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,48}[a-z0-9]$", var.name))
    error_message = "The server name must have 2 to 50 characters, only lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "instance_type" {
  description = "Size of the server, such as t3.micro or m7g.large."
  type        = string
  default     = "t3.micro"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+[0-9]+[a-z-]*\\.[a-z0-9-]+$", var.instance_type))
    error_message = "The instance type must be one such as t3.micro."
  }
}

variable "disk_gb" {
  description = "Gigabytes of disk."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.disk_gb >= 8 && var.disk_gb <= 16384 && floor(var.disk_gb) == var.disk_gb
    error_message = "The disk must be a whole number of gigabytes from 8 to 16384."
  }
}

variable "subnet_id" {
  description = "Id of the subnet the server is in (better a private one); empty takes one of the account's default network."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(subnet-[0-9a-f]{8,17})?$", var.subnet_id))
    error_message = "The subnet must be an id such as subnet-0123456789abcdef0, or empty."
  }
}

variable "public_address" {
  description = "Give the server an address on the internet when it is made. Nobody gets in by it unless ports are open as well."
  type        = bool
  default     = false
  nullable    = false
}

variable "open_ports" {
  description = "TCP ports on which the server is reached from the allowed ranges, such as 443."
  type        = set(number)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.open_ports : each >= 1 && each <= 65535 && floor(each) == each])
    error_message = "Each port must be a whole number from 1 to 65535."
  }

  validation {
    condition     = !contains(var.open_ports, 22) && !contains(var.open_ports, 3389)
    error_message = "Ports 22 and 3389 stay closed: get onto the server with Session Manager."
  }
}

variable "allowed_cidrs" {
  description = "IPv4 ranges from which the open ports are reached, such as 10.0.0.0/16; empty lets none in."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.allowed_cidrs : can(cidrnetmask(each))])
    error_message = "Each range must be an IPv4 block in CIDR notation, such as 10.0.0.0/16."
  }
}

variable "detailed_monitoring" {
  description = "Measure every minute instead of every five; AWS charges for it."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Refuse to delete the server until this is switched off."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the disk; empty uses the account's key of the service."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", var.kms_key_arn))
    error_message = "The KMS key must be an ARN such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, or empty."
  }
}

variable "tags" {
  description = "Further tags for everything that belongs to the server."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
