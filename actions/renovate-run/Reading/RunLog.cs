using System.Text.Json;

namespace Actions.RenovateRun.Reading;

/// <summary>
/// Gathers what the debug log of Renovate (a JSON object on each line, in the fields of bunyan) says of a run. Most lines are told from
/// their message alone; only those that matter are parsed. Not safe for concurrent use.
/// </summary>
/// <param name="onRepository">Is told which repository begins, and which one ended.</param>
internal sealed class RunLog(Action<string, bool>? onRepository = null)
{
    private const int Warning = 40;
    private const int Fatal = 60;

    /// <summary>More warnings than this nobody reads.</summary>
    private const int MostProblems = 1000;

    private readonly Dictionary<string, RepositoryFacts> _repositories = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<string> _discovered = [];
    private readonly List<LoggedProblem> _problems = [];
    private readonly List<string> _ignored = [];
    private readonly List<string> _configuration = [];
    private string _version = "";
    private LoggedProblem? _fatal;
    private int _unread;

    /// <summary>Takes a line.</summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        if (line.TrimEnd((byte)'\r') is not [(byte)'{', ..] record || !TryReadHead(record, out var head))
        {
            _unread++;
            return;
        }

        if (head.Level < Warning && !Matters(head.Message))
        {
            return;
        }

        var reader = new Utf8JsonReader(record);
        using var document = JsonDocument.ParseValue(ref reader);
        if (head.Level >= Warning)
        {
            Note(head, document.RootElement);
        }

        Take(head, document.RootElement);
    }

    /// <summary>What is known now. The report, if there is one, completes it.</summary>
    /// <param name="report">What the report says; null if there is none.</param>
    /// <param name="tooLong">How many lines were longer than what is read.</param>
    public RunFacts Facts(RunReport? report, int tooLong)
    {
        foreach (var reported in report?.Repositories ?? [])
        {
            var logged = Repository(reported.Name);
            _repositories[reported.Name] = logged with
            {
                IsExtracted = logged.IsExtracted || reported.Dependencies.Count > 0,
                // Of several base branches the report keeps the first only.
                Dependencies = reported.Dependencies.Count >= logged.Dependencies.Count ? reported.Dependencies : logged.Dependencies,
                Branches = reported.Branches.Count > 0 ? reported.Branches : logged.Branches,
                LibYears = reported.LibYears ?? logged.LibYears,
                Problems = [.. logged.Problems.Union(reported.Problems)],
            };
        }

        return new RunFacts
        {
            Version = _version,
            Repositories = [.. _order.Select(name => _repositories[name])],
            Discovered = [.. _discovered.Distinct()],
            Problems = [.. _problems.Union(report?.Problems ?? [])],
            Fatal = _fatal,
            IgnoredVariables = [.. _ignored],
            ConfigurationErrors = [.. _configuration],
            HasReport = report is not null,
            UnreadLines = _unread + tooLong,
        };
    }

    private static bool Matters(string message) => message switch
    {
        "Renovate started" or "Autodiscovered repositories" or "Repository started" or "Repository finished" or "Dependency extraction complete" or "packageFiles with updates"
            or "Extracted dependencies" or "branches info extended" or "Repository libYears" or "HTTP statistics" or "PR created" or "PR updated" or "PR automerged"
            or "Branch automerged" or "Could not parse object array" or "Could not parse environment variable" => true,
        _ => false,
    };

    private void Take(in Head head, JsonElement record)
    {
        switch (head.Message)
        {
            case "Renovate started":
                _version = record.Text("renovateVersion") ?? _version;
                return;
            case "Autodiscovered repositories":
                _discovered.AddRange(record.Items("repositories").Select(r => r.ValueKind == JsonValueKind.String ? r.GetString() : r.Text("repository")).OfType<string>());
                return;
            case "Could not parse object array" or "Could not parse environment variable" when record.Text("envName") is { } variable:
                Add(_ignored, variable);
                return;
            case "Config validation errors found":
                foreach (var error in record.Items("errors"))
                {
                    Add(_configuration, error.Text("message") ?? "");
                }

                return;
            default:
                break;
        }

        if (head.Repository is not { } name)
        {
            return;
        }

        var facts = Repository(name);
        _repositories[name] = head.Message switch
        {
            "Repository started" => Started(facts),
            "Repository finished" => Finished(facts, record),
            "Dependency extraction complete" => facts with { IsExtracted = true },
            "packageFiles with updates" => facts with { Dependencies = [.. facts.Dependencies, .. RenovateJson.Dependencies(record.Field("config"))] },
            "Extracted dependencies" => facts with { Dependencies = [.. facts.Dependencies, .. RenovateJson.Dependencies(record.Field("packageFiles"))] },
            "branches info extended" => facts with { Branches = [.. RenovateJson.Branches(record.Field("branchesInformation"))] },
            "Repository libYears" => facts with { LibYears = record.Field("libYears").Number("total") },
            "HTTP statistics" => facts with { Hosts = [.. RenovateJson.Hosts(record.Field("hosts"))] },
            "PR created" => facts with { PullRequests = facts.PullRequests + new PullRequestCounts(1, 0, 0) },
            "PR updated" => facts with { PullRequests = facts.PullRequests + new PullRequestCounts(0, 1, 0) },
            "PR automerged" or "Branch automerged" => facts with { PullRequests = facts.PullRequests + new PullRequestCounts(0, 0, 1) },
            _ => facts,
        };
    }

    /// <summary>It may be the second time: after an automatic merge Renovate begins again.</summary>
    private RepositoryFacts Started(RepositoryFacts facts)
    {
        onRepository?.Invoke(facts.Name, true);
        return facts with { IsFinished = false, Dependencies = [], Branches = [] };
    }

    private RepositoryFacts Finished(RepositoryFacts facts, JsonElement record)
    {
        onRepository?.Invoke(facts.Name, false);
        return facts with
        {
            IsFinished = true,
            Result = record.Text("result"),
            Status = record.Text("status"),
            Duration = TimeSpan.FromMilliseconds(Math.Clamp(record.Number("durationMs") ?? 0, 0, int.MaxValue)),
        };
    }

    private void Note(in Head head, JsonElement record)
    {
        var problem = RenovateJson.Problem(record);
        if (head.Level >= Fatal)
        {
            _fatal ??= problem;
        }

        if (head.Repository is not { } name)
        {
            Add(_problems, problem);
            return;
        }

        var facts = Repository(name);
        if (facts.Problems.Count < MostProblems && !facts.Problems.Contains(problem))
        {
            _repositories[name] = facts with { Problems = [.. facts.Problems, problem] };
        }
    }

    private RepositoryFacts Repository(string name)
    {
        if (!_repositories.TryGetValue(name, out var facts))
        {
            _order.Add(name);
            _repositories[name] = facts = new RepositoryFacts(name);
        }

        return facts;
    }

    private static void Add<T>(List<T> list, T item)
    {
        if (list.Count < MostProblems && !list.Contains(item))
        {
            list.Add(item);
        }
    }

    private readonly record struct Head(int Level, string Message, string? Repository);

    /// <summary>Reads level, message and repository, and sees whether the line is JSON at all.</summary>
    private static bool TryReadHead(ReadOnlySpan<byte> line, out Head head)
    {
        head = new Head(0, "", null);
        var reader = new Utf8JsonReader(line);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isLevel = reader.ValueTextEquals("level"u8);
                var isMessage = reader.ValueTextEquals("msg"u8);
                var isRepository = reader.ValueTextEquals("repository"u8);
                reader.Read();
                if (isLevel && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var level))
                {
                    head = head with { Level = level };
                }
                else if (isMessage && reader.TokenType == JsonTokenType.String)
                {
                    head = head with { Message = reader.GetString()! };
                }
                else if (isRepository && reader.TokenType == JsonTokenType.String)
                {
                    head = head with { Repository = reader.GetString() };
                }
                else
                {
                    reader.Skip();
                }
            }

            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
