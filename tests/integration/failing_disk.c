/* A disk that refuses: preloaded into a process, it lets the n-th change below a folder fail, or kills there.

   Counted is whatever changes files below the folder: writing, syncing, lengthening, making, renaming,
   linking and removing files. SQLite and Python alike go through these. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { GROWS = 1, KEEPS = 2 }; /* what takes room on the disk, and what does not */

static int armed, error_given, stays, kills;
static long wanted, seen;
static char folder[4096], refused[4096];

void disk_arm(long nth, int error, int lasting, int killing, const char *below) {
    seen = 0, wanted = nth, error_given = error, stays = lasting, kills = killing;
    snprintf(folder, sizeof folder, "%s", below);
    refused[0] = 0;
    armed = 1;
}

void disk_disarm(void) { armed = 0; }
long disk_seen(void) { return seen; }
const char *disk_refused(void) { return refused; }

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* 0: go on; 1: refuse; 2: do half of it, since it is the first that is refused. */
static int verdict(const char *path, int kind) {
    if (!armed || strncmp(path, folder, strlen(folder)) != 0) return 0;
    if (error_given == ENOSPC && kind != GROWS) return 0;
    long number = ++seen;
    if (!wanted || number < wanted || (number > wanted && !stays)) return 0;
    if (!refused[0]) snprintf(refused, sizeof refused, "%s", path);
    return number == wanted ? 2 : 1;
}

static int verdict_of(int fd, int kind) {
    char link[64], path[4096];
    if (!armed) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return verdict(path, kind);
}

static int refuse(void) {
    if (kills) kill(getpid(), SIGKILL);
    errno = error_given;
    return -1;
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    int what = verdict_of(fd, GROWS);
    if (!what) return real(fd, data, size);
    if (what == 2 && (stays || kills) && size > 1) {
        ssize_t half = real(fd, data, size / 2);
        return kills ? refuse() : half;
    }
    return refuse();
}

#define PWRITE(name, offset_type) \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) { \
        REAL(name); \
        int what = verdict_of(fd, GROWS); \
        if (!what) return real(fd, data, size, offset); \
        if (what == 2 && (stays || kills) && size > 1) { \
            ssize_t half = real(fd, data, size / 2, offset); \
            return kills ? refuse() : half; \
        } \
        return refuse(); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define OF_A_FILE(name, kind, given, passed) \
    int name given { \
        REAL(name); \
        return verdict_of(fd, kind) ? refuse() : real passed; \
    }
OF_A_FILE(fsync, KEEPS, (int fd), (fd))
OF_A_FILE(fdatasync, KEEPS, (int fd), (fd))
OF_A_FILE(ftruncate, GROWS, (int fd, off_t size), (fd, size))
OF_A_FILE(ftruncate64, GROWS, (int fd, off64_t size), (fd, size))

ssize_t sendfile(int fd, int from, off_t *offset, size_t size) {
    REAL(sendfile);
    return verdict_of(fd, GROWS) ? refuse() : real(fd, from, offset, size);
}

#define OF_A_PATH(name, kind, path, given, passed) \
    int name given { \
        REAL(name); \
        return verdict(path, kind) ? refuse() : real passed; \
    }
OF_A_PATH(rename, GROWS, to, (const char *from, const char *to), (from, to))
OF_A_PATH(link, GROWS, to, (const char *from, const char *to), (from, to))
OF_A_PATH(mkdir, GROWS, path, (const char *path, mode_t mode), (path, mode))
OF_A_PATH(unlink, KEEPS, path, (const char *path), (path))

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if ((flags & O_CREAT) && access(path, F_OK) != 0 && verdict(path, GROWS)) return refuse(); \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
