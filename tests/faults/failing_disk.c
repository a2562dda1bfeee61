/* A disk that fails when it is told to: loaded before the C library, it lets the calls of a program through until the n-th call
 * that changes something below one folder, and then fails that one, or every one from there on.
 *
 * Only tests load it. The program itself arms it by calling fault_arm, so that one process can be forked for each n.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITES = 1, SYNCS = 2, NAMES = 4 };

static char below[4096];
static int kinds, number, sticky;
static long at;
static long seen;
static int failed;

/* Fail the call number `n` of the given kinds below `folder` with `error`; `forever`: and all after it. 0: only count. */
void fault_arm(const char *folder, int which, long n, int error, int forever)
{
    snprintf(below, sizeof below, "%s/", folder);
    kinds = which;
    at = n;
    number = error;
    sticky = forever;
    __atomic_store_n(&seen, 0, __ATOMIC_SEQ_CST);
    failed = 0;
}

long fault_seen(void) { return __atomic_load_n(&seen, __ATOMIC_SEQ_CST); }

static int due(int kind)
{
    if (!(kinds & kind)) return 0;
    long n = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    if (at == 0 || n < at || (n > at && !sticky)) return 0;
    failed = 1;
    errno = number;
    return 1;
}

static int is_below(const char *path)
{
    return kinds && path && strncmp(path, below, strlen(below)) == 0;
}

static int file_is_below(int fd)
{
    char link[64], path[4096];
    if (!kinds) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (is_below(path)) return 1;
    return strncmp(path, below, strlen(below) - 1) == 0 && path[strlen(below) - 1] == 0; /* the folder itself */
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t length)
{
    if (file_is_below(fd) && due(WRITES)) return -1;
    return NEXT(write)(fd, data, length);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    if (file_is_below(fd) && due(WRITES)) return -1;
    return NEXT(pwrite)(fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset)
{
    if (file_is_below(fd) && due(WRITES)) return -1;
    return NEXT(pwrite64)(fd, data, length, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (file_is_below(fd) && due(WRITES)) return -1;
    return NEXT(writev)(fd, parts, count);
}

ssize_t sendfile(int out, int in, off_t *offset, size_t length)
{
    if (file_is_below(out) && due(WRITES)) return -1;
    return ((ssize_t (*)(int, int, off_t *, size_t))dlsym(RTLD_NEXT, "sendfile"))(out, in, offset, length);
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags)
{
    if (file_is_below(out) && due(WRITES)) return -1;
    return NEXT(copy_file_range)(in, from, out, to, length, flags);
}

int ftruncate(int fd, off_t length)
{
    if (file_is_below(fd) && due(WRITES)) return -1;
    return NEXT(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length)
{
    if (file_is_below(fd) && due(WRITES)) return -1;
    return NEXT(ftruncate64)(fd, length);
}

int fsync(int fd)
{
    if (file_is_below(fd) && due(SYNCS)) return -1;
    return NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
    if (file_is_below(fd) && due(SYNCS)) return -1;
    return NEXT(fdatasync)(fd);
}

int rename(const char *from, const char *to)
{
    if (is_below(to) && due(NAMES)) return -1;
    return NEXT(rename)(from, to);
}

int unlink(const char *path)
{
    if (is_below(path) && due(NAMES)) return -1;
    return NEXT(unlink)(path);
}

int mkdir(const char *path, mode_t mode)
{
    if (is_below(path) && due(NAMES)) return -1;
    return NEXT(mkdir)(path, mode);
}

#define OPENING(name)                                              \
    int name(const char *path, int flags, ...)                     \
    {                                                              \
        va_list rest;                                              \
        va_start(rest, flags);                                     \
        mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                              \
        if ((flags & O_CREAT) && is_below(path) && due(NAMES)) return -1; \
        return NEXT(name)(path, flags, mode);                      \
    }

OPENING(open)
OPENING(open64)
