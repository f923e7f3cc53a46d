/* path: a file's one real path, whatever symbolic links lead to it, also if it does not exist yet. */
#ifndef SYSTEM_PATH_H
#define SYSTEM_PATH_H

/*
 * The path without symbolic links, to be freed. If the file is missing, the place where it will be
 * created: for a link that points nowhere, the place that it points to. A path that cannot be
 * resolved (links in a circle, no permission) is returned as it is.
 */
char *path_real(const char *path);

/* What path points to if it is a symbolic link, else NULL; to be freed. */
char *path_target(const char *path);

#endif
