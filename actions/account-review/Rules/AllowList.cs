using System.Globalization;
using Actions.AccountReview.Inventory;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Text;

namespace Actions.AccountReview.Rules;

/// <summary>Something that is known and accepted for a time.</summary>
/// <param name="Rule">The rule; <c>*</c> for all.</param>
/// <param name="Resource">Id, name, or <c>kind/place/id</c> of what it is about; <c>*</c> stands for any characters.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Reason">Why it is accepted.</param>
/// <param name="Expires">The last day on which it holds.</param>
/// <param name="Location">Where it is written.</param>
internal sealed record AllowEntry(string Rule, string Resource, string Owner, string Reason, DateOnly Expires, SourceLocation Location)
{
    public bool Covers(string rule, CloudResource resource) =>
        (Rule == "*" || Rule == rule) && (Matches(resource.Id) || Matches(resource.Name) || Matches(resource.Key));

    public bool IsExpired(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) > Expires;

    /// <summary>Walks both texts once, going back only to the last star: no pattern takes long.</summary>
    private bool Matches(string text)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < Resource.Length && Resource[p] == '*')
            {
                (star, mark) = (p++, t);
            }
            else if (p < Resource.Length && Resource[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return Resource.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }
}

/// <summary>What is accepted. Each entry has an owner, a reason and an end; one that has ended, or that nothing matches, is a finding itself.</summary>
internal sealed class AllowList(IReadOnlyList<AllowEntry> entries)
{
    private static readonly string[] Keys = ["rule", "resource", "owner", "reason", "expires"];

    public static AllowList Empty { get; } = new([]);

    public IReadOnlyList<AllowEntry> Entries { get; } = entries;

    /// <summary>The entry that covers the finding of a rule; null when there is none that still holds.</summary>
    public AllowEntry? Find(string rule, CloudResource resource, DateTimeOffset now) => Entries.FirstOrDefault(e => !e.IsExpired(now) && e.Covers(rule, resource));

    /// <summary>Reads the list of a YAML file.</summary>
    /// <exception cref="AggregateException">With an <see cref="ActionException"/> for everything that is wrong in it.</exception>
    public static AllowList Read(ManifestFile file, IReadOnlyCollection<string> rules)
    {
        var problems = file.Problems.Concat(file.Documents.SelectMany(d => d.Problems))
            .Where(p => p.Severity == Severity.Error)
            .Select(p => new ActionException("The allow-list is not YAML", p.Message, p.Hint ?? "", new SourceLocation(file.Path, p.Region)))
            .ToList();
        var entries = new List<AllowEntry>();
        void Report(YamlNode node, string title, string detail, string hint) => problems.Add(new ActionException(title, detail, hint, new SourceLocation(file.Path, node.Region)));

        foreach (var root in file.Documents.Select(d => d.Root).OfType<YamlNode>())
        {
            if (root.Find("allow") is not YamlSequence list || root is YamlMapping { Count: > 1 })
            {
                Report(root, "The allow-list has another form", "expected one key `allow` with a list", "Write `allow:` and below it one item for each exception.");
                continue;
            }

            foreach (var item in list)
            {
                if (item is not YamlMapping mapping)
                {
                    Report(item, "An item of the allow-list is no mapping", "expected rule, resource, owner, reason and expires", "Write `- rule: …` and the other keys below it.");
                    continue;
                }

                var before = problems.Count;
                foreach (var entry in mapping.Where(e => !Keys.Contains(e.Key.Value)))
                {
                    Report(entry.Key, "Unknown key in the allow-list", $"`{entry.Key.Value}`", Near(entry.Key.Value, Keys) ?? $"Known are {string.Join(", ", Keys)}.");
                }

                string Text(string key)
                {
                    if (mapping[key] is YamlScalar { Value.Length: > 0 } scalar)
                    {
                        return scalar.Value.Trim();
                    }

                    Report(mapping.Count > 0 ? mapping[0].Key : mapping, $"An exception has no {key}", $"expected `{key}` with a text", "Every exception needs somebody who answers for it, a reason, and an end.");
                    return "";
                }

                var (rule, resource, owner, reason, expires) = (Text("rule"), Text("resource"), Text("owner"), Text("reason"), Text("expires"));
                if (rule.Length > 0 && rule != "*" && !rules.Contains(rule))
                {
                    Report(mapping["rule"]!, "Unknown rule in the allow-list", $"`{rule}`", Near(rule, rules) ?? "The rules are listed in docs/reference/account-review-rules.md.");
                }

                var end = default(DateOnly);
                if (expires.Length > 0 && !DateOnly.TryParseExact(expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out end))
                {
                    Report(mapping["expires"]!, "The end of an exception is no date", $"got `{expires}`, expected a day such as 2027-01-31", "Write year, month and day.");
                }

                if (problems.Count == before)
                {
                    entries.Add(new AllowEntry(rule, resource, owner, reason, end, new SourceLocation(file.Path, mapping.Region)));
                }
            }
        }

        return problems.Count == 0 ? new AllowList(entries) : throw new AggregateException(problems);
    }

    private static string? Near(string word, IEnumerable<string> candidates) => Suggestions.Closest(word, candidates) is { } near ? $"Did you mean `{near}`?" : null;
}

/// <summary>The rule about the allow-list itself.</summary>
internal static class AllowListRules
{
    /// <summary>Its findings are made by <see cref="ReviewEngine"/>, from the entries and not from a resource.</summary>
    public static ReviewRule Stale { get; } = new(
        "stale-exception", ReviewArea.Security, ReviewSeverity.Medium,
        "Every exception still holds, and is still needed.",
        "An exception that has ended covers nothing any more: what it covered is a finding again. One that covers nothing will one day cover something that nobody has looked at.",
        "Renew the exception with a new reason, or delete it.",
        CloudKinds.Organisation, (_, _) => Verdict.DoesNotApply);
}
