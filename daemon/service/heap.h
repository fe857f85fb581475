#pragma once

/** heap_set_up() - how the C library keeps the process's memory. */
void heap_set_up(void);
