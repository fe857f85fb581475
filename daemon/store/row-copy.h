#pragma once

/* Inside of store/ only: copies of rows, in one allocation: a struct, then its texts. */

#include <stddef.h>

/**
 * row_copy_new() - allocate a struct, copies of the texts of a row, and room for further bytes
 * @size:     of the struct, which the caller fills in
 * @texts:    replaced by the copies
 * @n_more:   further bytes, such as a text that may have NULs
 * @ret_more: where the further bytes begin; NULL without them
 * Return: the struct, whose free() also frees the texts and bytes; NULL if there is no memory.
 */
void *row_copy_new(size_t size, const char **texts, size_t n, size_t n_more, char **ret_more);
