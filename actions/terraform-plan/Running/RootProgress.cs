using System.Globalization;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Roots;
using Spectre.Console;

namespace Actions.TerraformPlanning.Running;

/// <summary>
/// Tells what the tool does while it does it. In GitHub each step of a single root is a group with what happens in it; roots that are planned together have
/// a line for each step. In a terminal there is one line that changes, and what is left of a step is a line with its time.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="redactor">Hides secrets in messages before there is a plan.</param>
/// <param name="root">The root.</param>
/// <param name="isAlone">Whether no other root is planned at the same time.</param>
internal sealed class RootProgress(ActionContext context, PlanRedactor redactor, TerraformRoot root, bool isAlone)
{
    private readonly bool _isAlone = isAlone;
    private readonly IAnsiConsole? _terminal = isAlone && context.Console is { Profile: { Out.IsTerminal: true, Capabilities.Ansi: true } } console ? console : null;

    /// <summary>Begins a step; disposing what it returns ends it.</summary>
    /// <param name="name">For example <c>plan</c>.</param>
    /// <param name="program">The tool.</param>
    /// <param name="own">Hides secrets in messages; that of the root if null.</param>
    public StepProgress Begin(string name, string program, PlanRedactor? own = null) => new(this, name, program, own ?? Redactor);

    private ActionContext Context => context;

    private PlanRedactor Redactor => redactor;

    private string Prefix => root.Path == "." ? "" : $"{PlainText.Clean(root.Path)}: ";

    /// <summary>One step. Safe for concurrent use.</summary>
    internal sealed class StepProgress : IDisposable
    {
        private const int MostLines = 200;
        private static readonly TimeSpan TerminalPause = TimeSpan.FromMilliseconds(100);
        private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(10);

        private readonly RootProgress _progress;
        private readonly string _name;
        private readonly PlanRedactor _redactor;
        private readonly IDisposable? _group;
        private readonly Lock _lock = new();
        private readonly long _start;
        private readonly bool _isDetailed;
        private long _told;
        private int _lines;
        private int _refreshed;
        private int _read;
        private int _done;

        public StepProgress(RootProgress progress, string name, string program, PlanRedactor redactor)
        {
            (_progress, _name, _redactor) = (progress, name, redactor);
            _start = _told = Context.Time.GetTimestamp();
            // Groups do not nest and roots take turns only when they are applied.
            _isDetailed = name == "apply" || (Context.GitHub.IsActions && progress._isAlone);
            _group = Context.GitHub.IsActions && _isDetailed ? Context.Log.Group($"{progress.Prefix}{program} {name}") : null;
            Status(name);
        }

        private ActionContext Context => _progress.Context;

        /// <summary>Takes a message of the tool. What providers and provisioners print may hold anything, and is left out.</summary>
        public void Tell(StreamMessage message)
        {
            lock (_lock)
            {
                switch (message.Type)
                {
                    case "refresh_complete":
                        _refreshed++;
                        Detail($"{message.Address} is refreshed");
                        break;
                    case "apply_complete" when _name == "plan":
                        _read++;
                        Detail($"{message.Address} is read");
                        break;
                    case "apply_start" or "apply_progress" or "apply_errored" when _name == "apply":
                        Line(message.Text);
                        break;
                    case "apply_complete":
                        _done++;
                        Line(message.Text);
                        break;
                    case "init_output":
                        Detail(message.Text);
                        break;
                    default:
                        return;
                }

                Count();
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                Status("");
                var time = Context.Time.GetElapsedTime(_start).TotalSeconds;
                Context.Log.Info(string.Create(CultureInfo.InvariantCulture, $"{_progress.Prefix}{Words} ({time:0.0} s)"));
                _group?.Dispose();
            }
        }

        private string Words
        {
            get
            {
                string[] parts =
                [
                    .. _refreshed > 0 ? (string[])[$"{_refreshed} refreshed"] : [],
                    .. _read > 0 ? (string[])[$"{_read} read"] : [],
                    .. _done > 0 ? (string[])[$"{_done} changed"] : [],
                ];
                return parts.Length == 0 ? _name : $"{_name}: {string.Join(", ", parts)}";
            }
        }

        private void Detail(string text)
        {
            if (_isDetailed && _lines++ < MostLines)
            {
                Line(text);
            }
        }

        private void Line(string text)
        {
            Status("");
            Context.Log.Untrusted(_progress.Prefix + _redactor.Text(text));
        }

        /// <summary>How far it is, where the last word was long enough ago.</summary>
        private void Count()
        {
            if (Context.Time.GetElapsedTime(_told) < (_progress._terminal is null ? LogPause : TerminalPause))
            {
                return;
            }

            _told = Context.Time.GetTimestamp();
            if (_progress._terminal is not null)
            {
                Status(Words);
            }
            else if (!_isDetailed || _lines >= MostLines)
            {
                Context.Log.Info($"{_progress.Prefix}{Words}");
            }
        }

        private void Status(string text) => _progress._terminal?.Write(new ControlCode($"\r\u001b[2K{text}"));
    }
}
