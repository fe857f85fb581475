#pragma once

/*
 * Inside of store/ only: numbers that are kept for objects. An object that comes from another store gets the
 * number that it had there, so that links and addresses that were made of it stay valid.
 */

#include <stdint.h>

typedef struct ObjectNumbers ObjectNumbers;

ObjectNumbers *object_numbers_free(ObjectNumbers *numbers);

/**
 * object_numbers_keep() - keep a number for an object
 * @numbers: made if it is NULL
 *
 * Return: 0 or -ENOMEM.
 */
int object_numbers_keep(ObjectNumbers **numbers, const char *collection, const char *uid, int64_t number);

/**
 * object_numbers_take() - take the number of an object, once
 * @numbers: may be NULL
 * @ret:     0 if none is kept
 *
 * Return: 0 or -ENOMEM.
 */
int object_numbers_take(ObjectNumbers *numbers, const char *collection, const char *uid, int64_t *ret);
