//! Heap, nurseries, barriers, collectors, safepoints.
