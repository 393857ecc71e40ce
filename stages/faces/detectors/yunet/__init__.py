"""YuNet, the default detector: small, quick on a CPU, with its weights in the package."""
