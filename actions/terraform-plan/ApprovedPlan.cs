using System.Text.RegularExpressions;

namespace Actions.TerraformPlanning;

/// <summary>What a comment of ours says was planned: a hidden line at the start of the section of a job.</summary>
/// <param name="Root">The root.</param>
/// <param name="Workspace">The workspace of Terraform.</param>
/// <param name="Sha">The head of the pull request that was planned.</param>
/// <param name="Digest">Digest of the plan.</param>
internal sealed partial record ApprovedPlan(string Root, string Workspace, string Sha, string Digest)
{
    /// <summary>The line, without its end.</summary>
    public string Line => $"<!-- terraform-plan root={Encode(Root)} workspace={Encode(Workspace)} sha={Sha} digest={Digest} -->";

    /// <summary>
    /// Those of a comment's body. Only lines right after the start of a section count: further down is text that comes from the plan, where others may have
    /// put such a line. The starts of sections cannot be imitated, for whoever writes the comment breaks them up in all other text.
    /// </summary>
    public static IReadOnlyList<ApprovedPlan> Read(string body)
    {
        var found = new List<ApprovedPlan>();
        var isAtStart = false;
        foreach (var line in body.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("<!-- platform-actions-section ", StringComparison.Ordinal))
            {
                isAtStart = true;
            }
            else if (isAtStart && Pattern().Match(line) is { Success: true } match)
            {
                found.Add(new ApprovedPlan(
                    Uri.UnescapeDataString(match.Groups["root"].Value), Uri.UnescapeDataString(match.Groups["workspace"].Value), match.Groups["sha"].Value, match.Groups["digest"].Value));
            }
            else
            {
                isAtStart = false;
            }
        }

        return found;
    }

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("-", "%2D", StringComparison.Ordinal);

    [GeneratedRegex(@"^<!-- terraform-plan root=(?<root>[^ ]+) workspace=(?<workspace>[^ ]+) sha=(?<sha>[0-9a-f]*) digest=(?<digest>[a-z0-9:-]+) -->\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
