using Actions.Shared.GitHub;

namespace Actions.Shared.Hosting;

/// <summary>The job summary. Outside GitHub, or when its file cannot be written, what is appended goes nowhere. Safe for concurrent use.</summary>
public sealed class ActionSummary
{
    private readonly Lock _lock = new();
    private readonly ActionLog _log;
    private readonly SecretMasks _masks;
    private readonly bool _isExpected;
    private StepSummary? _file;
    private bool _hasComplained;

    internal ActionSummary(GitHubContext github, ActionLog log, SecretMasks masks)
    {
        _log = log;
        _masks = masks;
        _isExpected = github.IsActions;
        _file = github.StepSummaryPath is { } path ? new StepSummary(path) : null;
    }

    /// <summary>Whether there is a summary to append to.</summary>
    public bool IsAvailable => _file is not null;

    /// <summary>Appends a block of Markdown; put untrusted text into it by <see cref="MarkdownText"/>. GitHub shows 1 MiB; more is cut, and the log says so.</summary>
    public void Append(string markdown)
    {
        lock (_lock)
        {
            if (_file is null)
            {
                if (_isExpected)
                    Complain("There is no job summary: the variable GITHUB_STEP_SUMMARY is not set.");
                return;
            }

            try
            {
                if (!_file.Append(_masks.Redact(markdown)))
                    Complain("The job summary is cut: GitHub shows no more than 1 MiB of it.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _file = null;
                Complain($"There is no job summary: the file of GITHUB_STEP_SUMMARY cannot be written ({e.Message}).");
            }
        }
    }

    private void Complain(string text)
    {
        if (!_hasComplained)
            _log.Warning(text);
        _hasComplained = true;
    }
}
