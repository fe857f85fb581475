#include "cli/author.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void author_name(char *ret, int size)
{
        uid_t uid = getuid();
        const char *sudo = uid == 0 ? getenv("SUDO_USER") : NULL;
        const struct passwd *user = getpwuid(uid);
        if (sudo && sudo[0])
                snprintf(ret, (size_t)size, "%s", sudo);
        else if (user)
                snprintf(ret, (size_t)size, "%s", user->pw_name);
        else
                snprintf(ret, (size_t)size, "%u", (unsigned)uid);
}
