#include "base/secret.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { SECRET_MAX_BYTES = 4096 };

int secret_read(const char *path, char **ret)
{
        size_t len;
        *ret = NULL;
        if (!path[0])
                return 0;
        int r = file_read(path, SECRET_MAX_BYTES, ret, &len);
        if (r == 0)
                (*ret)[strcspn(*ret, "\r\n")] = '\0';
        return r;
}

void secret_forget(char **secret)
{
        if (*secret)
                explicit_bzero(*secret, strlen(*secret));
        free(*secret);
}
