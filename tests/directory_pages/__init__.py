"""What people do with the directory: tables, imports and exports, the pages under /admin."""
