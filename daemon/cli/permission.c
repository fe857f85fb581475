#include "cli/permission.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_BYTES = 64 };

/*
 * Finds the file or directory whose mode keeps this user out: the deepest one of the path that stat()
 * reaches. A directory that may not be searched hides what is below it.
 * @path: cut to this file or directory
 */
static int find_visible(char *path, struct stat *ret)
{
        while (stat(path, ret) < 0) {
                char *slash = strrchr(path, '/');
                if (!slash || slash == path)
                        return -errno;
                *slash = '\0';
        }
        return 0;
}

static void name_owner(uid_t uid, char ret[static NAME_BYTES])
{
        const struct passwd *user = getpwuid(uid);
        if (user)
                snprintf(ret, NAME_BYTES, "%s", user->pw_name);
        else
                snprintf(ret, NAME_BYTES, "UID %u", (unsigned)uid);
}

static void name_group(gid_t gid, char ret[static NAME_BYTES])
{
        const struct group *group = getgrgid(gid);
        if (group)
                snprintf(ret, NAME_BYTES, "%s", group->gr_name);
        else
                snprintf(ret, NAME_BYTES, "GID %u", (unsigned)gid);
}

int permission_refuse(const Cli *cli, const char *path, const char *why)
{
        CLEANUP(cleanup_free) char *visible = strdup(path);
        struct stat status;
        char owner[NAME_BYTES] = "root", group[NAME_BYTES] = "";
        if (visible && find_visible(visible, &status) == 0) {
                mode_t needed = S_ISDIR(status.st_mode) ? S_IXGRP : S_IRGRP;
                name_owner(status.st_uid, owner);
                if (status.st_mode & needed)
                        name_group(status.st_gid, group);
        }
        cli_error(cli, group[0] ? cli->strings->not_allowed_group : cli->strings->not_allowed,
                        TEXT_ARGUMENTS({ "path", path, 0 }, { "why", why, 0 }, { "owner", owner, 0 },
                                        { "group", group, 0 }));
        return CLI_REFUSED;
}
