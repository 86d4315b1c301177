"""Where layers live on disk: SpatiaLite files, and PostGIS where several consoles share one picture."""
