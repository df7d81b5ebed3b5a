variable "name" {
  description = "Name of the site and of its bucket, unique across all AWS accounts: 3 to 63 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "The site name must have 3 to 63 characters, only lower-case letters, digits and hyphens, and begin and end with a letter or a digit."
  }

  validation {
    condition     = !startswith(var.name, "xn--") && !startswith(var.name, "sthree-") && !startswith(var.name, "amzn-s3-demo-") && !endswith(var.name, "-s3alias") && !endswith(var.name, "--ol-s3") && !endswith(var.name, "--x-s3")
    error_message = "The site name must not begin with xn--, sthree- or amzn-s3-demo-, nor end with -s3alias, --ol-s3 or --x-s3: AWS keeps these for itself."
  }
}

variable "index_page" {
  description = "Page that is shown for the site's address alone."
  type        = string
  default     = "index.html"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,200}$", var.index_page))
    error_message = "The index page must be a file name such as index.html."
  }
}

variable "error_page" {
  description = "Page that is shown for what is not there."
  type        = string
  default     = "404.html"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]{1,200}$", var.error_page)) && !startswith(var.error_page, "/")
    error_message = "The error page must be a file name such as 404.html."
  }
}

variable "single_page" {
  description = "Answer all paths with the index page, for an application that runs in the browser."
  type        = bool
  default     = false
  nullable    = false
}

variable "domain_names" {
  description = "Names of your own for the site, such as www.example.com; they need a certificate, and a DNS record that you set."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.domain_names : can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$", each))])
    error_message = "Each name must be one such as www.example.com."
  }
}

variable "certificate_arn" {
  description = "ARN of the certificate (ACM, region us-east-1) for the names of your own."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.certificate_arn == "" || can(regex("^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "The certificate must be an ARN of region us-east-1, such as arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab, or empty."
  }
}

variable "reach" {
  description = "From how many places of the world the site is served: everywhere, most or cheapest (North America and Europe)."
  type        = string
  default     = "cheapest"
  nullable    = false

  validation {
    condition     = contains(["everywhere", "most", "cheapest"], var.reach)
    error_message = "The reach must be everywhere, most or cheapest."
  }
}

variable "wait" {
  description = "Wait until the site is served everywhere, which takes AWS some minutes."
  type        = bool
  default     = false
  nullable    = false
}

variable "force_destroy" {
  description = "Allow the site to be deleted with the files that are in it; they are lost."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Further tags for everything that belongs to the site."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 further tags are possible."
  }
}
