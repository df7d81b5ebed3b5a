"""The names of variables that let somebody into a cloud: for whoever must not have them. It imports nothing."""

SECRET_NAMES = frozenset(
    {
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH", "ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH"),
        *("ARM_CLIENT_CERTIFICATE_PASSWORD", "ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH", "ARM_OIDC_REQUEST_TOKEN"),
        *("ARM_USE_OIDC", "ARM_USE_MSI", "ARM_CLIENT_ID", "ARM_ACCESS_KEY", "ARM_SAS_TOKEN"),
        *("GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"),
        *("GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"),
    }
)
"""As a provider reads them, and with an environment's prefix in front: PRODUCTION_AWS_SECRET_ACCESS_KEY."""
