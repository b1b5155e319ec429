"""One typed HTTP client: to the kernel's own Jupyter server, or to the engine's private socket."""
