variable "name" {
  description = "Name of the service, its cluster and its load balancer: 2 to 32 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name)) && !startswith(var.name, "internal-")
    error_message = "The service name must have 2 to 32 characters, only lower-case letters, digits and hyphens, begin with a letter (but not with internal-) and not end with a hyphen."
  }
}

variable "image" {
  description = "Container image with its tag, such as 123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1.4."
  type        = string
  default     = "public.ecr.aws/nginx/nginx:stable"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._:/-]*(:[A-Za-z0-9._-]{1,128}|@sha256:[0-9a-f]{64})$", var.image))
    error_message = "The image must have a tag or a digest, such as public.ecr.aws/nginx/nginx:stable."
  }
}

variable "container_port" {
  description = "Port on which the application listens in its container."
  type        = number
  default     = 80
  nullable    = false

  validation {
    condition     = var.container_port >= 1 && var.container_port <= 65535 && floor(var.container_port) == var.container_port
    error_message = "The port must be a whole number from 1 to 65535."
  }
}

variable "tasks" {
  description = "How many containers run at a time."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.tasks >= 0 && var.tasks <= 200 && floor(var.tasks) == var.tasks
    error_message = "The number of containers must be a whole number from 0 to 200."
  }
}

variable "cpu" {
  description = "Processor of each container in thousandths: 256 is a quarter of a core."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.cpu)
    error_message = "The processor must be 256, 512, 1024, 2048 or 4096."
  }
}

variable "memory_mb" {
  description = "Megabytes of memory of each container; which ones fit the processor AWS decides."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_mb >= 512 && var.memory_mb <= 30720 && floor(var.memory_mb) == var.memory_mb
    error_message = "The memory must be a whole number of megabytes from 512 to 30720."
  }
}

variable "health_path" {
  description = "Path that the load balancer asks to see whether a container is well."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/[A-Za-z0-9/._-]{0,1000}$", var.health_path))
    error_message = "The path must begin with a slash, such as /health."
  }
}

variable "settings" {
  description = "Environment variables of the application; no secrets, they can be read in AWS."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "read_only" {
  description = "Let the containers not write onto their own disk."
  type        = bool
  default     = false
  nullable    = false
}

variable "certificate_arn" {
  description = "ARN of the certificate (ACM) for HTTPS; without one the service is reached over plain HTTP."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.certificate_arn == "" || can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "The certificate must be an ARN such as arn:aws:acm:eu-central-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab, or empty."
  }
}

variable "internal" {
  description = "Keep the load balancer inside the network."
  type        = bool
  default     = false
  nullable    = false
}

variable "allowed_cidrs" {
  description = "IPv4 ranges from which the load balancer is reached; 0.0.0.0/0 is the whole internet."
  type        = set(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for each in var.allowed_cidrs : can(cidrnetmask(each))])
    error_message = "Each range must be an IPv4 block in CIDR notation, such as 10.0.0.0/16."
  }
}

variable "public_subnet_ids" {
  description = "Ids of the load balancer's subnets, of two availability zones at least; empty takes those of the account's default network."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.public_subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", each))]) && length(var.public_subnet_ids) != 1
    error_message = "Name at least two subnets by ids such as subnet-0123456789abcdef0, or none."
  }
}

variable "private_subnet_ids" {
  description = "Ids of the subnets the containers are in, with a way out by NAT; empty puts them beside the load balancer."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.private_subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", each))])
    error_message = "Each subnet must be an id such as subnet-0123456789abcdef0."
  }
}

variable "task_role_arn" {
  description = "ARN of the role that says what the application may do in AWS; empty lets it do nothing."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.task_role_arn == "" || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.task_role_arn))
    error_message = "The role must be an ARN such as arn:aws:iam::123456789012:role/shop, or empty."
  }
}

variable "log_days" {
  description = "Days for which the application's log lines are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 7, 14, 30, 60, 90, 180, 365], var.log_days)
    error_message = "Log lines can be kept for 1, 3, 7, 14, 30, 60, 90, 180 or 365 days."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the load balancer until this is switched off."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Further tags for everything that belongs to the service."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
