#pragma once

/* The name of the user who runs `convene`, for the history. */

#include <sys/types.h>

/**
 * author_name() - the name of the user who runs the program; for root under sudo(8), of the user who called
 * sudo; in a process that serves a command, of the user of author_serve(). Call it before owner_become().
 * @ret: NUL-terminated; the user's number if the user has no name
 */
void author_name(char *ret, int size);

/** author_serve() - act for another user from now on */
void author_serve(uid_t uid);

/** author_user_name() - the name of a user, or the number if there is none */
void author_user_name(uid_t uid, char *ret, int size);
