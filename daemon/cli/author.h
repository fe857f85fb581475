#pragma once

/* The name of the user who runs `convene`, for the history. */

/**
 * author_name() - the name of the user who runs the program; for root under sudo(8), of the user who called
 * sudo. Call it before owner_become().
 * @ret: NUL-terminated; the user's number if the user has no name
 */
void author_name(char *ret, int size);
