resource "aws_dynamodb_table" "this" {
  name         = var.name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = var.partition_key
  range_key    = var.sort_key == "" ? null : var.sort_key
  table_class  = "STANDARD"

  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  attribute {
    name = var.partition_key
    type = local.types[var.partition_key_type]
  }

  dynamic "attribute" {
    for_each = var.sort_key == "" ? [] : [var.sort_key]

    content {
      name = attribute.value
      type = local.types[var.sort_key_type]
    }
  }

  dynamic "ttl" {
    for_each = var.ttl_attribute == "" ? [] : [var.ttl_attribute]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  # Without a key of our own the tables are encrypted all the same, with one that AWS owns.
  dynamic "server_side_encryption" {
    for_each = var.kms_key_arn == "" ? [] : [var.kms_key_arn]

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }
}

locals {
  types = { text = "S", number = "N", binary = "B" }
}
