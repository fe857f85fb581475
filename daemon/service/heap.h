#pragma once

/** heap_set_up() - set how the C library manages the process's memory. */
void heap_set_up(void);
