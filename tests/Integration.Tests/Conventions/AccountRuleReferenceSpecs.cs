using System.Text;
using Actions.AccountReview.Rules;
using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

/// <summary>The reference of the account rules says what the rules say. UPDATE_DOCS=1 (make docs) rewrites instead of failing.</summary>
public class AccountRuleReferenceSpecs
{
    private static readonly (ReviewArea Area, string Title)[] Areas = [(ReviewArea.Security, "Security"), (ReviewArea.Cost, "Cost"), (ReviewArea.CleanUp, "Clean-up")];

    [Fact]
    public void The_reference_is_that_of_the_rules()
    {
        var path = Repository.Path("docs", "reference", "account-review-rules.md");

        Updating.ShouldBeUpToDate(path, File.Exists(path) ? File.ReadAllText(path) : "", Write());
    }

    private static string Write()
    {
        var page = new StringBuilder(
            """
            # Rules of account-review

            <!-- Written by `make docs` from the rules themselves: change those. -->

            Everything that `account-review` can report. Where the data that a rule needs could not be read, its result is `MANUAL`, never a pass.

            """);
        foreach (var (area, title) in Areas)
        {
            page.Append($"\n**[{title}](#{title.ToLowerInvariant()})**\n\n| Rule | Severity | What it demands |\n|---|---|---|\n");
            foreach (var rule in RuleCatalogue.All.Where(r => r.Area == area))
                page.Append($"| [{rule.Id}](#{rule.Id}) | {Word(rule.Severity)} | {Text(rule.Title)} |\n");
        }

        foreach (var (area, title) in Areas)
        {
            page.Append($"\n## {title}\n");
            foreach (var rule in RuleCatalogue.All.Where(r => r.Area == area))
            {
                page.Append($"\n### {rule.Id}\n\n{Text(rule.Title)}\n\n- Severity: {Word(rule.Severity)}\n- Looks at: each {rule.Target.Title}\n");
                if (rule.Needs.Count > 0)
                    page.Append($"- Needs to know: each {string.Join(", each ", rule.Needs.Select(n => n.Title))}\n");
                if (rule.CleansUp)
                    page.Append("- What it finds may be deleted by an approved plan\n");
                if (rule.Aliases.Count > 0)
                    page.Append($"- Elsewhere: {string.Join("; ", rule.Aliases.Select(a => $"{a.Split(':')[0]} `{a.Split(':')[1]}`"))}\n");
                page.Append($"\n{Text(rule.Explanation)}\n\n**Fix:** {Text(rule.Fix)}\n");
            }
        }

        return page.ToString();
    }

    private static string Word(ReviewSeverity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>Plain text of a rule, which may have code in back quotes, as Markdown.</summary>
    private static string Text(string text) =>
        string.Concat(text.Split('`').Select((part, i) => i % 2 == 1 ? $"`{part}`" : part.Replace("*", "\\*", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)));
}
