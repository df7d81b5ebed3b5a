"""Adding somebody's Terraform module to the catalogue: unpacked safely, looked through, checked, stored."""
