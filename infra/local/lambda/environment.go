package lambda

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// environment returns the whole environment of a process: Lambda's variables, the function's, and
// the configuration's. The laptop's own are left out: a function that needs the developer's
// credentials or proxy settings would fail in AWS.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func environment(with Config, f Function, address string) []string {
	root := filepath.Dir(f.Program)
	variables := map[string]string{
		"LANG":            "en_US.UTF-8",
		"LD_LIBRARY_PATH": "/lib64:/usr/lib64:" + root + ":" + filepath.Join(root, "lib"),
		"PATH":            "/usr/local/bin:/usr/bin:/bin:/opt/bin",
		"TZ":              ":UTC",
	}
	maps.Copy(variables, f.Environment)
	maps.Copy(variables, with.Environment)
	maps.Copy(variables, reserved(with, f, address, root))
	list := make([]string, 0, len(variables))
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		list = append(list, name+"="+variables[name])
	}
	return list
}

// reserved returns the variables that no configuration can change. OS-only runtimes have no
// AWS_EXECUTION_ENV. The credentials are dummies.
func reserved(with Config, f Function, address, root string) map[string]string {
	variables := map[string]string{
		"_HANDLER":                        f.Handler,
		"AWS_ACCESS_KEY_ID":               "LOCALACCESSKEY",
		"AWS_DEFAULT_REGION":              with.Region,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.Memory),
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_FORMAT":           f.LogFormat,
		"AWS_LAMBDA_LOG_GROUP_NAME":       f.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      logStream(time.Now()),
		"AWS_LAMBDA_RUNTIME_API":          address,
		"AWS_REGION":                      with.Region,
		"AWS_SECRET_ACCESS_KEY":           "local",
		"AWS_SESSION_TOKEN":               "local",
		"LAMBDA_RUNTIME_DIR":              root,
		"LAMBDA_TASK_ROOT":                root,
	}
	if f.LogLevel != "" {
		variables["AWS_LAMBDA_LOG_LEVEL"] = f.LogLevel
	}
	return variables
}

// logStream returns a name in the form of Lambda's. Each process has one.
func logStream(now time.Time) string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	return now.UTC().Format("2006/01/02") + "/[$LATEST]" + hex.EncodeToString(id[:])
}
