"""What `sysconfig` tells about the build. There is no C API, hence no compiler flags and no extension modules."""

build_time_vars = {
    'EXT_SUFFIX': '.pystm-314-x86_64-linux-gnu.so',
    'MULTIARCH': 'x86_64-linux-gnu',
    'Py_DEBUG': 0,
    'Py_GIL_DISABLED': 1,
    'SOABI': 'pystm-314-x86_64-linux-gnu',
    'VERSION': '3.14',
    'WITH_DOC_STRINGS': 1,
}
