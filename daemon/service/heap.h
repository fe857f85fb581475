#pragma once

/** heap_set_up() - set how the C library manages the memory of the process */
void heap_set_up(void);
