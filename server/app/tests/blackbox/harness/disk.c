/* A disk that fails as a test says: preloaded into the server, it stands in front of the C library's file calls. Not a
 * part of the program. The first line of the file that DISK_FAULTS names is the plan:
 *
 *     STEP PATH ERRNO SKIP TIMES AFTER-STEP AFTER-PATH
 *
 * From when AFTER-STEP has succeeded on a path with AFTER-PATH in it ("-": at once), STEP on a path with PATH in it
 * succeeds SKIP times more and then fails with ERRNO, TIMES times (0: always). No file, or an empty one: a good disk.
 * Every failure adds a byte to the file of the same name with ".hits" behind it.
 *
 * Only the server itself is meant. In its children, between fork and exec, locks may be held by threads that are not
 * there any more: nothing is locked or looked up in them. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct plan {
    char step[16], path[128], after_step[16], after_path[128];
    int error, skip, times;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char known[512];
static int armed, passed, failed;
static pid_t server;

/* By system calls, so that nothing here comes back to this file. */
static int read_plan(struct plan *plan) {
    const char *name = getenv("DISK_FAULTS");
    char text[512];
    if (!name) return 0;
    long fd = syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    long length = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    if (length <= 0) return 0;
    text[length] = 0;
    if (strcmp(text, known)) {
        strcpy(known, text);
        armed = passed = failed = 0;
    }
    return sscanf(text, "%15s %127s %d %d %d %15s %127s", plan->step, plan->path, &plan->error,
                  &plan->skip, &plan->times, plan->after_step, plan->after_path) == 7;
}

static void count_hit(void) {
    char name[4096];
    snprintf(name, sizeof name, "%s.hits", getenv("DISK_FAULTS"));
    long fd = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, ".", 1);
    syscall(SYS_close, fd);
}

/* 0, or the error that takes the place of the step. */
static int before(const char *step, const char *path) {
    struct plan plan;
    int error = 0, kept = errno;
    if (getpid() != server) return 0;
    pthread_mutex_lock(&lock);
    if (read_plan(&plan) && !strcmp(step, plan.step) && strstr(path, plan.path)) {
        int on = armed || !strcmp(plan.after_step, "-");
        if (on && passed++ >= plan.skip && (!plan.times || failed < plan.times)) {
            failed++;
            error = plan.error;
            count_hit();
        }
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return error;
}

static void after(const char *step, const char *path) {
    struct plan plan;
    int kept = errno;
    if (getpid() != server) return;
    pthread_mutex_lock(&lock);
    if (read_plan(&plan) && !strcmp(step, plan.after_step) && strstr(path, plan.after_path)) armed = 1;
    pthread_mutex_unlock(&lock);
    errno = kept;
}

static const char *path_of(int fd, char *path, size_t room) {
    char link[64];
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, room - 1);
    path[length < 0 ? 0 : length] = 0;
    errno = kept;
    return path;
}

#define EACH(with) \
    with(open) with(open64) with(write) with(pwrite) with(pwrite64) with(fsync) with(fdatasync) with(rename) with(mkdir)
#define DECLARE(name) static __typeof__(&name) real_##name;
#define FIND(name) real_##name = (__typeof__(&name))dlsym(RTLD_NEXT, #name);
EACH(DECLARE)

__attribute__((constructor)) static void find(void) {
    EACH(FIND)
    server = getpid();
}

#define STEP(step, path, call)                         \
    do {                                               \
        int error = before(step, path);                \
        if (error) { errno = error; return -1; }       \
        __typeof__(call) done = call;                  \
        if (done >= 0) after(step, path);              \
        return done;                                   \
    } while (0)

#define OPEN(name)                                                       \
    int name(const char *path, int flags, ...) {                         \
        mode_t mode = 0;                                                 \
        if (flags & (O_CREAT | O_TMPFILE)) {                             \
            va_list more;                                                \
            va_start(more, flags);                                       \
            mode = va_arg(more, mode_t);                                 \
            va_end(more);                                                \
        }                                                                \
        if (!(flags & O_CREAT)) return real_##name(path, flags, mode);    \
        STEP("create", path, real_##name(path, flags, mode));             \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *bytes, size_t length) {
    char path[4096];
    STEP("write", path_of(fd, path, sizeof path), real_write(fd, bytes, length));
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    char path[4096];
    STEP("write", path_of(fd, path, sizeof path), real_pwrite(fd, bytes, length, at));
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    char path[4096];
    STEP("write", path_of(fd, path, sizeof path), real_pwrite64(fd, bytes, length, at));
}

static const char *kind_of_sync(int fd) {
    struct stat about;
    return !fstat(fd, &about) && S_ISDIR(about.st_mode) ? "syncdir" : "sync";
}

int fsync(int fd) {
    char path[4096];
    STEP(kind_of_sync(fd), path_of(fd, path, sizeof path), real_fsync(fd));
}

int fdatasync(int fd) {
    char path[4096];
    STEP(kind_of_sync(fd), path_of(fd, path, sizeof path), real_fdatasync(fd));
}

int rename(const char *from, const char *to) { STEP("rename", to, real_rename(from, to)); }

int mkdir(const char *path, mode_t mode) { STEP("mkdir", path, real_mkdir(path, mode)); }
