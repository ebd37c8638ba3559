using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Scaleway;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.AccountReview.CleanUp;

/// <summary>One deletion of a plan.</summary>
/// <param name="Key">The resource, as <c>kind/place/id</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Project">Its project.</param>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Reason">What the rule found.</param>
/// <param name="Path">What is deleted, as the API addresses it.</param>
/// <param name="State">What it was like when the plan was made (<see cref="StateDigest"/>).</param>
/// <param name="Snapshot">Whether a snapshot is taken first.</param>
/// <param name="Saving">EUR a month; null when it is not known.</param>
internal sealed record PlannedDeletion(string Key, string Name, string Project, string Rule, string Reason, string Path, string State, bool Snapshot, decimal? Saving);

/// <summary>A leftover that is not deleted.</summary>
/// <param name="Key">The resource.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Guard">The guard that holds it back, in kebab case.</param>
/// <param name="Reason">Why, one sentence.</param>
internal sealed record HeldBack(string Key, string Name, string Rule, string Guard, string Reason);

/// <summary>What would be deleted. Who approves it approves exactly this.</summary>
internal sealed record CleanUpPlan
{
    public required string Organisation { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>In the order in which they are made.</summary>
    public required IReadOnlyList<PlannedDeletion> Deletions { get; init; }

    public required IReadOnlyList<HeldBack> HeldBack { get; init; }

    /// <summary>Why nothing of it may be done: it deletes too much, or something could not be read. Empty when it may.</summary>
    public string Brake { get; init; } = "";

    /// <summary>64 hexadecimal digits over the organisation, the day and every deletion: what is approved.</summary>
    public string Digest
    {
        get
        {
            var text = new StringBuilder(Organisation).Append('\0').Append(ReviewJson.Date(MadeAt)).Append('\0').Append(Brake);
            foreach (var d in Deletions)
            {
                text.Append('\0').AppendJoin('\u0001', d.Key, d.Rule, d.Path, d.State, d.Snapshot ? "snapshot" : "");
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    /// <summary>The plan as a file.</summary>
    public string Render() => JsonText.Render(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.Text("organization", Organisation);
        json.WriteString("madeAt", ReviewJson.Date(MadeAt));
        json.Text("digest", Digest);
        json.Text("brake", Brake);
        json.WriteStartArray("deletions");
        foreach (var d in Deletions)
        {
            json.WriteStartObject();
            json.Text("key", d.Key);
            json.Text("name", d.Name);
            json.Text("project", d.Project);
            json.Text("rule", d.Rule);
            json.Text("reason", d.Reason);
            json.Text("path", d.Path);
            json.Text("state", d.State);
            json.WriteBoolean("snapshot", d.Snapshot);
            if (d.Saving is { } saving)
            {
                json.WriteNumber("savingEurPerMonth", saving);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("heldBack");
        foreach (var h in HeldBack)
        {
            json.WriteStartObject();
            json.Text("key", h.Key);
            json.Text("name", h.Name);
            json.Text("rule", h.Rule);
            json.Text("guard", h.Guard);
            json.Text("reason", h.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads a file that <see cref="Render"/> wrote.</summary>
    /// <exception cref="ActionException">It is none, or it was changed since.</exception>
    public static CleanUpPlan Read(string name, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            if (root.Whole("version") == 1 && root.Text("organization") is { } organisation && root.Date("madeAt") is { } at && root.Items("deletions") is { } deletions)
            {
                var plan = new CleanUpPlan
                {
                    Organisation = organisation,
                    MadeAt = at,
                    Deletions =
                    [
                        .. deletions.Select(d => new PlannedDeletion(
                            d.Text("key") ?? "", d.Text("name") ?? "", d.Text("project") ?? "", d.Text("rule") ?? "", d.Text("reason") ?? "",
                            d.Text("path") ?? "", d.Text("state") ?? "", d.Flag("snapshot") == true, d.Decimal("savingEurPerMonth"))),
                    ],
                    HeldBack = [],
                    Brake = root.Text("brake") ?? "",
                };
                return plan.Digest == root.Text("digest")
                    ? plan
                    : throw new ActionException("The plan was changed", $"{name} does not have the digest that it names", "Take the file as the review wrote it, or make a new plan.", new SourceLocation(name));
            }
        }
        catch (JsonException)
        {
            // Told below, as everything else that is not a plan.
        }

        throw new ActionException("The plan cannot be read", $"{name} is not what `plan-file` of a review wrote", "Give `plan-file` the file of the review that was approved.", new SourceLocation(name));
    }
}
