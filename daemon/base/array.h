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

/**
 * array_first_from() - find the first item whose key is not below a key
 * @array:  in the order of the keys; NULL if @n is 0
 * @n:      the number of items in it
 * @size:   of an item, in octets
 * @offset: of the key in an item, which is a size_t; in octets
 *
 * Return: the index of the item; @n if there is none.
 */
size_t array_first_from(const void *array, size_t n, size_t size, size_t offset, size_t key);
