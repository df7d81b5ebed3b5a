variable "name" {
  description = "Name of the network, shown in front of the names of its parts."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "The network name must have 2 to 32 characters, only lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "cidr" {
  description = "Range of private IPv4 addresses, such as 10.0.0.0/16."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.cidr))
    error_message = "The address range must be an IPv4 block in CIDR notation, such as 10.0.0.0/16."
  }

  validation {
    condition     = !can(cidrnetmask(var.cidr)) || can(regex("/(1[6-9]|2[0-4])$", var.cidr))
    error_message = "The address range must be between /16 and /24 in size, such as 10.0.0.0/16."
  }

  validation {
    condition     = !can(cidrnetmask(var.cidr)) || try(cidrsubnet(var.cidr, 0, 0) == var.cidr, false)
    error_message = "The address range must begin at its own network address: 10.0.0.0/16, not 10.0.1.5/16."
  }

  validation {
    condition     = !can(cidrnetmask(var.cidr)) || can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.)", var.cidr))
    error_message = "The address range must be a private one: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10."
  }
}

variable "zones" {
  description = "Number of availability zones the subnets are spread over."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = contains([1, 2, 3], var.zones)
    error_message = "The number of availability zones must be 1, 2 or 3."
  }
}

variable "nat" {
  description = "How private subnets reach the internet: none, single (one gateway, cheaper) or per_zone (survives the loss of a zone)."
  type        = string
  default     = "none"
  nullable    = false

  validation {
    condition     = contains(["none", "single", "per_zone"], var.nat)
    error_message = "NAT must be none, single or per_zone."
  }
}

variable "tags" {
  description = "Further tags for everything in the network."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
