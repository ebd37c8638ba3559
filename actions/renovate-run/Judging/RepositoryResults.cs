using Actions.Shared;

namespace Actions.RenovateRun.Judging;

/// <summary>What Renovate's words for the result of a repository mean.</summary>
internal static class RepositoryResults
{
    /// <summary>What is to be said of a result; null when it is a good one. Words that are not known are failures.</summary>
    /// <param name="result">Renovate's word; null when it says none, as in a look-up that went well.</param>
    public static Remark? Of(string? result) => result switch
    {
        null or "done" or "automerged" or "onboarded" or "no-vulnerability-alerts" => null,
        "onboarding" => new(RunState.Onboarding, "It waits for its onboarding pull request", "Merge the pull request, or set RENOVATE_ONBOARDING to false."),

        "bad-credentials" or "authentication-error" => Failure(
            ExitCode.BadInput, "The server refused the token", "Check that the token is valid, has not expired, and is for this server (endpoint)."),
        "integration-unauthorized" => Failure(
            ExitCode.BadInput, "The token may not do what Renovate needs",
            "Give it contents, pull requests, issues, commit statuses and workflows to write, and metadata, members and Dependabot alerts to read."),
        "platform-not-found" => Failure(ExitCode.BadInput, "Renovate does not know the platform", "Correct the input platform."),
        "gpg-failed" => Failure(ExitCode.BadInput, "Commits could not be signed", "Check RENOVATE_GIT_PRIVATE_KEY."),
        "not-found" => Failure(ExitCode.BadInput, "There is no such repository, or the token may not see it", "Check the name, and that the token or the GitHub App has access to it."),

        "config-validation" => Failure(ExitCode.BadInput, "The configuration in the repository is wrong", "Correct it; renovate-config-validator checks it."),
        "config-presets-invalid" => Failure(ExitCode.BadInput, "A preset that the configuration extends cannot be used", "Check its name and that the token may read it."),
        "config-secrets-exposed" => Failure(ExitCode.BadInput, "Renovate stopped because a secret would have become readable", "Rotate the secret and take it out of what is written to branches."),
        "config-secrets-invalid" or "config-variables-invalid" => Failure(ExitCode.BadInput, "The secrets or variables of the configuration are wrong", "Give them names of letters, digits and underscores, and text for values."),
        "config-git-url-unavailable" => Failure(ExitCode.BadInput, "The address to clone from is not known", "Correct RENOVATE_GIT_URL."),
        "config-inherit-not-found" or "config-inherit-parse-error" => Failure(ExitCode.BadInput, "The inherited configuration cannot be used", "Check the repository and file that inheritConfig names."),
        "missing-api-credentials" => Failure(ExitCode.BadInput, "A token for github.com is missing, so release notes and releases cannot be read", "Set RENOVATE_GITHUB_COM_TOKEN."),

        "rate-limit-exceeded" => Failure(ExitCode.DependencyUnreachable, "The server's rate limit is used up", "Run less often or with a token of its own; a GitHub App has the larger limit."),
        "external-host-error" => Failure(ExitCode.DependencyUnreachable, "A registry or host failed, and Renovate stopped", "Run again; if one host keeps failing, set abortOnError: false for it in host-rules."),
        "platform-unknown-error" => Failure(ExitCode.DependencyUnreachable, "The server failed", "Run again."),
        "temporary-error" => Failure(ExitCode.DependencyUnreachable, "Something failed that should pass by itself", "Run again."),
        "repository-changed" => Failure(ExitCode.DependencyUnreachable, "The repository changed while Renovate was at it", "Run again."),

        "disk-space" => Failure(ExitCode.Findings, "The disk is full", "Give the runner more disk, or the volume of RENOVATE_BASE_DIR a greater sizeLimit."),
        "out-of-memory" => Failure(ExitCode.Findings, "A tool that Renovate started ran out of memory", "Give the container more memory."),
        "lockfile-error" => Failure(ExitCode.Findings, "A lock file could not be updated", "See the log for the output of the package manager."),
        "unknown-error" => Failure(ExitCode.Findings, "Renovate stopped with an error that it does not know", "See Renovate's log."),

        "archived" => Left("it is archived"),
        "blocked" or "forbidden" => Left("access to it is blocked"),
        "disabled" or "disabled-by-config" => Left("its configuration disables Renovate"),
        "disabled-no-config" => Left("it has no configuration, and onboarding is off"),
        "disabled-closed-onboarding" => Left("its onboarding pull request was closed without a merge"),
        "empty" or "uninitiated" => Left("it is empty"),
        "fork" or "fork-mode-forked" => Left("it is a fork"),
        "cannot-fork" or "fork-missing" => Left("it cannot be forked"),
        "mirror" => Left("it is a mirror"),
        "no-package-files" => Left("it has no file that a manager reads"),
        "pending-deletion" => Left("it is about to be deleted"),
        "renamed" => Left("it was renamed; name it by its new name"),
        _ => Failure(ExitCode.Findings, $"Renovate ended it with the result {Shared.GitHub.PlainText.Shorten(result, 60)}, which is not known here", "See Renovate's log."),
    };

    private static Remark Failure(ExitCode code, string message, string hint) => new(RunState.Failed, message, hint) { ExitCode = code };

    private static Remark Left(string reason) => new(RunState.Disabled, $"Renovate left it alone: {reason}");
}
