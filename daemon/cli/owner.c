#include "cli/owner.h"

#include "base/cleanup.h"
#include "store/db.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Set once by owner_become(). It is static because the effective user is a property of the process. */
static uid_t owner_uid;
static gid_t owner_gid;
static bool needs_search; /* the store is below a directory that only root may enter */

/*
 * Keeps root's right to enter directories. The state directory of a dynamic user is below
 * /var/lib/private, which only root may enter (systemd.exec(5), DynamicUser=). The daemon has this
 * directory mounted elsewhere. If the kernel does not grant the right, opening the store fails.
 */
static void keep_search(void)
{
        struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
        struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
        if (syscall(SYS_capget, &header, data) < 0)
                return;
        data[0].effective |= 1U << CAP_DAC_READ_SEARCH;
        syscall(SYS_capset, &header, data);
}

static int act_as_owner(void)
{
        if (setegid(owner_gid) < 0 || seteuid(owner_uid) < 0)
                return -errno;
        if (needs_search)
                keep_search();
        return 0;
}

int owner_become(const char *store_url)
{
        const char *path = db_path(store_url);
        struct stat status;
        if (geteuid() != 0 || !path)
                return 0;
        CLEANUP(cleanup_free) char *copy = strdup(path);
        if (!copy)
                return -ENOMEM;
        const char *directory = dirname(copy);
        if (stat(directory, &status) < 0 || status.st_uid == 0)
                return 0;
        owner_uid = status.st_uid;
        owner_gid = status.st_gid;
        if (setgroups(1, &owner_gid) < 0)
                return -errno;
        int r = act_as_owner();
        if (r == 0 && euidaccess(directory, X_OK) < 0) {
                needs_search = true;
                keep_search();
        }
        return r;
}

int owner_stay(void)
{
        if (owner_uid == 0)
                return 0;
        /* The group is set first, while the user still has the right to do so. */
        if (seteuid(0) < 0 || setresgid(owner_gid, owner_gid, owner_gid) < 0 ||
                        setresuid(owner_uid, owner_uid, owner_uid) < 0)
                return -errno;
        owner_uid = 0;
        return 0;
}

void owner_pause(void)
{
        if (owner_uid != 0 && (seteuid(0) < 0 || setegid(0) < 0))
                abort();
}

void owner_resume(void)
{
        if (owner_uid != 0 && act_as_owner() < 0)
                abort();
}
