#include "cli/owner.h"

#include "base/cleanup.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

/* Set once by owner_become(); a process has one effective user at a time, so this is its mirror. */
static uid_t owner_uid;
static gid_t owner_gid;

int owner_become(const char *store_url)
{
        const char *path = strchr(store_url, ':');
        struct stat status;
        if (geteuid() != 0 || !path)
                return 0;
        CLEANUP(cleanup_free) char *copy = strdup(path + 1);
        if (!copy)
                return -ENOMEM;
        if (stat(dirname(copy), &status) < 0 || status.st_uid == 0)
                return 0;
        owner_uid = status.st_uid;
        owner_gid = status.st_gid;
        if (setgroups(1, &owner_gid) < 0 || setegid(owner_gid) < 0 || seteuid(owner_uid) < 0)
                return -errno;
        return 0;
}

void owner_pause(void)
{
        if (owner_uid != 0 && (seteuid(0) < 0 || setegid(0) < 0))
                abort();
}

void owner_resume(void)
{
        if (owner_uid != 0 && (setegid(owner_gid) < 0 || seteuid(owner_uid) < 0))
                abort();
}
