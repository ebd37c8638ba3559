using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Connection;

namespace Actions.Shared.Clusters.Api;

/// <summary>
/// Talks to an API server of any version since 1.16. Requests that may be sent twice are repeated while the server is overloaded or away, as
/// <see cref="ClusterClientOptions.RetryLimit"/> says; what then remains failed is a <see cref="ClusterException"/>. Safe for concurrent use.
/// </summary>
public sealed partial class ClusterClient : IDisposable
{
    private readonly ApiTransport _transport;
    private readonly ClusterClientOptions _options;
    private readonly SemaphoreSlim _discovery = new(1, 1);
    private ApiCatalog? _catalog;

    /// <summary>Creates a client; nothing is sent yet.</summary>
    /// <param name="connection">How the cluster is reached.</param>
    /// <param name="options">Bounds and patience.</param>
    /// <param name="time">The clock.</param>
    public ClusterClient(ClusterConnection connection, ClusterClientOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        Connection = connection;
        _options = options;
        _transport = new ApiTransport(connection, options, time);
    }

    /// <summary>How the cluster is reached.</summary>
    public ClusterConnection Connection { get; }

    /// <summary>What was sent so far.</summary>
    public RequestCounter Requests => _transport.Requests;

    /// <inheritdoc />
    public void Dispose()
    {
        _transport.Dispose();
        _discovery.Dispose();
    }

    /// <summary>The version of the API server. Every account may ask for it, so it tells whether the cluster is there and knows us.</summary>
    /// <exception cref="ClusterException">There is no answer, or it is no.</exception>
    public async Task<ClusterVersion> GetVersionAsync(CancellationToken cancellation)
    {
        var body = await _transport.SendJsonAsync(new ApiCall(HttpMethod.Get, "/version", "get", "version"), cancellation).ConfigureAwait(false);
        return new ClusterVersion(Number(body, "major"), Number(body, "minor"), Text(body, "gitVersion"));

        // "20+" at some providers.
        static int Number(JsonObject node, string key) =>
            int.TryParse(Text(node, key).AsSpan().TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>One object; null if it is not there, or its type is not.</summary>
    /// <exception cref="ClusterException">The request came to nothing otherwise.</exception>
    public async Task<ClusterObject?> GetAsync(ObjectAddress address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var call = Call(HttpMethod.Get, address, "get");
        try
        {
            return new ClusterObject(await _transport.SendJsonAsync(call, cancellation).ConfigureAwait(false));
        }
        catch (ClusterException e) when (e.Failure == ClusterFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>All objects of a type, page by page, as they were at one moment.</summary>
    /// <param name="resource">The type.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="options">Which of them; all if null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public async Task<ClusterList> ListAsync(ApiResource resource, string? ns, ListOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        options ??= new ListOptions();
        var items = new List<ClusterObject>();
        var restarts = 0;
        string? next = null;
        while (true)
        {
            var query = new QueryText()
                .Add("labelSelector", options.LabelSelector)
                .Add("fieldSelector", options.FieldSelector)
                .Add("limit", restarts < 2 ? _options.PageSize.ToString(CultureInfo.InvariantCulture) : null)
                .Add("continue", next);
            var call = new ApiCall(HttpMethod.Get, $"{resource.CollectionPath(ns)}{query}", "list", Plural(resource, ns))
            {
                Accept = options.MetadataOnly
                    ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json"
                    : "application/json",
                IsSensitive = IsSensitive(resource),
            };
            JsonObject page;
            try
            {
                page = await _transport.SendJsonAsync(call, cancellation).ConfigureAwait(false);
            }
            catch (ClusterException e) when (e.Failure == ClusterFailure.Expired && next is not null)
            {
                // The moment that the pages belong to is forgotten. Again, in the end in one piece.
                restarts++;
                items.Clear();
                next = null;
                continue;
            }

            Take(page["items"] as JsonArray, resource, items);
            var metadata = page["metadata"] as JsonObject;
            next = Text(metadata, "continue") is { Length: > 0 } token ? token : null;
            if (next is null || items.Count >= options.MaxItems)
                return new ClusterList(items, Text(metadata, "resourceVersion")) { IsComplete = next is null };
        }
    }

    /// <summary>Server-side apply: the fields of <paramref name="body"/> become ours, those that we set before and no longer name go.</summary>
    /// <param name="address">The object.</param>
    /// <param name="body">What is wanted, <c>apiVersion</c>, <c>kind</c> and name included, without <c>managedFields</c>.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ClusterException">
    /// The request came to nothing. For fields of others the failure is <see cref="ClusterFailure.Conflict"/>, with one cause
    /// <c>FieldManagerConflict</c> per field.
    /// </exception>
    public Task<WriteResult> ApplyAsync(ObjectAddress address, JsonObject body, ApplyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var query = new QueryText()
            .Add("fieldManager", options.FieldManager)
            .Add("force", options.Force ? "true" : null)
            .Add("dryRun", options.DryRun ? "All" : null)
            .Add("fieldValidation", options.FieldValidation);
        var call = Call(HttpMethod.Patch, address, options.DryRun ? "dry-run" : "apply", options.Subresource, query) with
        {
            Body = body,
            ContentType = "application/apply-patch+yaml",
        };
        return WriteAsync(call, cancellation);
    }

    /// <summary>Creates an object. It is repeated only if it cannot have arrived.</summary>
    /// <exception cref="ClusterException">The request came to nothing; if it exists already, as <see cref="ClusterFailure.Conflict"/>.</exception>
    public Task<WriteResult> CreateAsync(ApiResource resource, string? ns, JsonObject body, WriteOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(body);
        var name = Text(body["metadata"] as JsonObject, "name");
        var isDryRun = options?.DryRun == true;
        return WriteAsync(
            new ApiCall(HttpMethod.Post, $"{resource.CollectionPath(ns)}{Query(options)}", isDryRun ? "dry-run" : "create", new ObjectAddress(resource, ns, name).ToString())
            {
                Body = body,
                IsRepeatable = isDryRun,
                IsSensitive = IsSensitive(resource),
            },
            cancellation);
    }

    /// <summary>Replaces an object. With a <c>metadata.resourceVersion</c> in the body it must still be in that version, and the request is not repeated unless it cannot have arrived.</summary>
    /// <exception cref="ClusterException">The request came to nothing; if it changed meanwhile, as <see cref="ClusterFailure.Conflict"/>.</exception>
    public Task<WriteResult> ReplaceAsync(ObjectAddress address, JsonObject body, WriteOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(body);
        return WriteAsync(Update(HttpMethod.Put, address, body, "update", "application/json", options), cancellation);
    }

    /// <summary>JSON merge patch (RFC 7396). With a <c>metadata.resourceVersion</c> in the patch the object must still be in that version.</summary>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public Task<WriteResult> MergePatchAsync(ObjectAddress address, JsonObject patch, WriteOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return WriteAsync(Update(HttpMethod.Patch, address, patch, "patch", "application/merge-patch+json", options), cancellation);
    }

    /// <summary>JSON patch (RFC 6902), an array of operations.</summary>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public Task<WriteResult> JsonPatchAsync(ObjectAddress address, JsonArray operations, WriteOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(operations);
        return WriteAsync(Update(HttpMethod.Patch, address, operations, "patch", "application/json-patch+json", options), cancellation);
    }

    /// <summary>Deletes an object. Its finalizers may keep it for a while.</summary>
    /// <returns>False if it was not there.</returns>
    /// <exception cref="ClusterException">The request came to nothing; if a precondition does not hold, as <see cref="ClusterFailure.Conflict"/>.</exception>
    public async Task<bool> DeleteAsync(ObjectAddress address, DeleteOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new DeleteOptions();
        var body = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["propagationPolicy"] = options.Propagation.ToString(),
        };
        if (options.DryRun)
            body["dryRun"] = new JsonArray("All");
        var preconditions = new JsonObject();
        if (options.Uid is not null)
            preconditions["uid"] = options.Uid;
        if (options.ResourceVersion is not null)
            preconditions["resourceVersion"] = options.ResourceVersion;
        if (preconditions.Count > 0)
            body["preconditions"] = preconditions;

        // Without a UID a second request could hit a new object of the same name.
        var call = Call(HttpMethod.Delete, address, options.DryRun ? "dry-run" : "delete") with
        {
            Body = body,
            IsRepeatable = options.DryRun || options.Uid is not null,
        };
        try
        {
            await _transport.SendAsync(call, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ClusterException e) when (e.Failure == ClusterFailure.NotFound)
        {
            return false;
        }
    }

    /// <summary>The last lines of a container's log; untrusted text.</summary>
    /// <exception cref="ClusterException">The request came to nothing; without such a container or previous instance, as <see cref="ClusterFailure.Invalid"/>.</exception>
    public async Task<string> GetLogsAsync(string ns, string pod, LogOptions? options, CancellationToken cancellation)
    {
        options ??= new LogOptions();
        var query = new QueryText()
            .Add("container", options.Container)
            .Add("previous", options.Previous ? "true" : null)
            .Add("tailLines", options.TailLines.ToString(CultureInfo.InvariantCulture))
            .Add("limitBytes", options.LimitBytes.ToString(CultureInfo.InvariantCulture));
        var address = KnownResources.Pods.Object(ns, pod);
        var call = Call(HttpMethod.Get, address, "log", "log", query) with
        {
            Accept = "*/*",
            MaxBytes = options.LimitBytes,
            CutBody = true,
        };
        var answer = await _transport.SendAsync(call, cancellation).ConfigureAwait(false);
        return Encoding.UTF8.GetString(answer.Body);
    }

    /// <summary>What was said of an object, oldest first. Without the right to read <c>events</c> of the core group, those of <c>events.k8s.io</c> are asked for.</summary>
    /// <param name="ns">The object's namespace; null for an object outside of namespaces, whose events are in <c>default</c>.</param>
    /// <param name="uid">The object's UID.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public async Task<IReadOnlyList<ClusterEvent>> GetEventsAsync(string? ns, string uid, CancellationToken cancellation)
    {
        ClusterList list;
        try
        {
            list = await ListAsync(
                KnownResources.Events, ns ?? "default", new ListOptions { FieldSelector = $"involvedObject.uid={uid}" }, cancellation).ConfigureAwait(false);
        }
        catch (ClusterException e) when (e.Failure == ClusterFailure.Forbidden)
        {
            var catalog = await DiscoverAsync(cancellation).ConfigureAwait(false);
            if (catalog.FindPreferred("events.k8s.io", "Event") is not { } resource)
                throw;
            list = await ListAsync(resource, ns ?? "default", new ListOptions { FieldSelector = $"regarding.uid={uid}" }, cancellation).ConfigureAwait(false);
        }

        var events = new List<ClusterEvent>(list.Items.Count);
        foreach (var item in list.Items)
            events.Add(ClusterEvent.Read(item));
        events.Sort(static (a, b) => Nullable.Compare(a.Last, b.Last) is not 0 and var order ? order : string.CompareOrdinal(a.Message, b.Message));
        return events;
    }

    /// <summary>Whether we may do something (<c>SelfSubjectAccessReview</c>, which every account may ask).</summary>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public async Task<AccessAnswer> CheckAccessAsync(AccessRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var attributes = new JsonObject { ["verb"] = request.Verb, ["group"] = request.Group, ["resource"] = request.Resource };
        if (request.Subresource.Length > 0)
            attributes["subresource"] = request.Subresource;
        if (request.Namespace is not null)
            attributes["namespace"] = request.Namespace;
        if (request.Name.Length > 0)
            attributes["name"] = request.Name;
        var call = new ApiCall(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "access-review", $"{request.Verb} {request.Resource}")
        {
            Body = new JsonObject
            {
                ["apiVersion"] = "authorization.k8s.io/v1",
                ["kind"] = "SelfSubjectAccessReview",
                ["spec"] = new JsonObject { ["resourceAttributes"] = attributes },
            },
        };
        var status = (await _transport.SendJsonAsync(call, cancellation).ConfigureAwait(false))["status"] as JsonObject;
        var isAllowed = status?["allowed"] is JsonValue value && value.TryGetValue<bool>(out var allowed) && allowed;
        return new AccessAnswer(isAllowed, Text(status, "reason") is { Length: > 0 } reason ? reason : Text(status, "evaluationError"));
    }

    /// <summary>A Lease; null if it is not there.</summary>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public async Task<Lease?> GetLeaseAsync(string ns, string name, CancellationToken cancellation) =>
        await GetAsync(KnownResources.Leases.Object(ns, name), cancellation).ConfigureAwait(false) is { } lease ? Lease.Read(lease) : null;

    /// <summary>Creates a Lease.</summary>
    /// <returns>The Lease as it is now; null if somebody else created it before.</returns>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public Task<Lease?> CreateLeaseAsync(Lease lease, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return UnlessAsync(
            static failure => failure == ClusterFailure.Conflict, CreateAsync(KnownResources.Leases, lease.Namespace, lease.ToJson(), null, cancellation));
    }

    /// <summary>Updates a Lease that is still in the version it was read in.</summary>
    /// <returns>The Lease as it is now; null if somebody else changed or deleted it meanwhile.</returns>
    /// <exception cref="ClusterException">The request came to nothing.</exception>
    public Task<Lease?> UpdateLeaseAsync(Lease lease, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (lease.ResourceVersion is null)
            throw new ArgumentException("The Lease has not been read from a cluster.", nameof(lease));
        return UnlessAsync(
            static failure => failure is ClusterFailure.Conflict or ClusterFailure.NotFound,
            ReplaceAsync(KnownResources.Leases.Object(lease.Namespace, lease.Name), lease.ToJson(), null, cancellation));
    }

    /// <summary>GET from a service, through the API server's proxy; needs the right <c>get services/proxy</c>.</summary>
    /// <param name="ns">Namespace of the service.</param>
    /// <param name="service"><c>name</c>, <c>name:port</c> or <c>https:name:port</c>.</param>
    /// <param name="path">Path and query at the service, such as <c>/healthz</c>.</param>
    /// <param name="maxBytes">How much of the body is wanted.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The service's answer, whatever its status. The API server's own refusals (403, 404 of the service, 503 without endpoints) look the same.</returns>
    /// <exception cref="ClusterException">There was no answer.</exception>
    public async Task<ProxyResponse> GetFromServiceAsync(string ns, string service, string path, int maxBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        var call = new ApiCall(
            HttpMethod.Get,
            $"/api/v1/namespaces/{Uri.EscapeDataString(ns)}/services/{Uri.EscapeDataString(service)}/proxy/{path.TrimStart('/')}",
            "proxy",
            $"Service {ns}/{service}")
        {
            Accept = "*/*",
            AnyStatus = true,
            MaxBytes = maxBytes,
            CutBody = true,
        };
        var answer = await _transport.SendAsync(call, cancellation).ConfigureAwait(false);
        return new ProxyResponse(answer.StatusCode, Encoding.UTF8.GetString(answer.Body), answer.IsTruncated);
    }

    private static async Task<Lease?> UnlessAsync(Func<ClusterFailure, bool> isOurs, Task<WriteResult> write)
    {
        try
        {
            return Lease.Read((await write.ConfigureAwait(false)).Object);
        }
        catch (ClusterException e) when (isOurs(e.Failure))
        {
            return null;
        }
    }

    private async Task<WriteResult> WriteAsync(ApiCall call, CancellationToken cancellation)
    {
        var answer = await _transport.SendAsync(call, cancellation).ConfigureAwait(false);
        return new WriteResult(new ClusterObject(_transport.ParseJson(call, answer)), answer.StatusCode == 201, answer.Warnings);
    }

    private static ApiCall Update(HttpMethod method, ObjectAddress address, JsonNode body, string verb, string contentType, WriteOptions? options)
    {
        var isDryRun = options?.DryRun == true;
        return Call(method, address, isDryRun ? "dry-run" : verb, options?.Subresource, Query(options)) with
        {
            Body = body,
            ContentType = contentType,

            // If the first arrived, a second that names a version, or operations, would fail or do something else.
            IsRepeatable = isDryRun || (body is JsonObject change && Text(change["metadata"] as JsonObject, "resourceVersion").Length == 0),
        };
    }

    private static ApiCall Call(HttpMethod method, ObjectAddress address, string verb, string? subresource = null, QueryText? query = null)
    {
        var path = subresource is null ? address.Path : $"{address.Path}/{subresource}";
        return new ApiCall(method, $"{path}{query}", verb, address.ToString()) { IsSensitive = IsSensitive(address.Resource) };
    }

    private static QueryText Query(WriteOptions? options) => new QueryText()
        .Add("fieldManager", options?.FieldManager)
        .Add("dryRun", options?.DryRun == true ? "All" : null);

    private static bool IsSensitive(ApiResource resource) => resource is { Group: "", Plural: "secrets" };

    private static string Plural(ApiResource resource, string? ns) => ns is null ? resource.QualifiedName : $"{resource.QualifiedName} in {ns}";

    /// <summary>Moves the items out of their page, and sets what lists leave out.</summary>
    private static void Take(JsonArray? page, ApiResource resource, List<ClusterObject> items)
    {
        if (page is null)
            return;
        var nodes = new List<JsonNode?>(page);
        page.Clear();
        foreach (var node in nodes)
        {
            if (node is not JsonObject item)
                continue;
            item["apiVersion"] = resource.ApiVersion;
            item["kind"] = resource.Kind;
            items.Add(new ClusterObject(item));
        }
    }

    private static string Text(JsonObject? node, string key) => node?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
