#pragma once

#include <stddef.h>

/**
 * array_grow() - make room for one more item
 * @array: NULL, or an array to which items were added only after this function had made room for each
 * @n:     the number of items in it
 * @size:  of an item, in octets
 *
 * The room doubles whenever it is full, so n items cost O(n). It follows from @n and is stored nowhere.
 *
 * Return: the array, which may have moved; NULL on lack of memory, and the old array is still valid then.
 */
void *array_grow(void *array, size_t n, size_t size);
