"""The stream, against real servers: the bundled Valkey and the system's Redis."""
