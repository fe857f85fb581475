#include "cli/author.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Set once by author_serve(). They are static because the user is a property of the process. */
static uid_t served_user;
static bool serves;

void author_serve(uid_t uid)
{
        served_user = uid;
        serves = true;
}

void author_user_name(uid_t uid, char *ret, int size)
{
        const struct passwd *user = getpwuid(uid);
        if (user)
                snprintf(ret, (size_t)size, "%s", user->pw_name);
        else
                snprintf(ret, (size_t)size, "%u", (unsigned)uid);
}

void author_name(char *ret, int size)
{
        uid_t uid = serves ? served_user : getuid();
        const char *sudo = uid == 0 && !serves ? getenv("SUDO_USER") : NULL;
        if (sudo && sudo[0])
                snprintf(ret, (size_t)size, "%s", sudo);
        else
                author_user_name(uid, ret, size);
}
